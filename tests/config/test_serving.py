"""How a process that serves takes memory from the system."""

import subprocess
import sys

import pytest

from tests.serving import ROOT

# 40 MB in blocks of 4 kB, of which every twentieth stays.
FREED = """
import gc
from config import serving

def megabytes():
    status = open("/proc/self/status").read()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024

serving.keep_small()
before = megabytes()
blocks = [bytes(4000) for _ in range(10_000)]
kept = blocks[::20]
del blocks
free = megabytes() - before
gc.collect(1)
print(free, megabytes() - before)
"""


@pytest.mark.once
def test_memory_that_lies_free_between_blocks_goes_back_with_a_search_for_cycles():
    said = subprocess.run([sys.executable, "-c", FREED], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    before, after = map(float, said.split())
    assert before > 30
    assert after < 10
