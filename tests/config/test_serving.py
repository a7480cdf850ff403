"""How a process that serves takes memory from the system."""

import os
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


LOADED = """
import sys
import config.wsgi
print(*sorted({"openpyxl", "lxml"} & set(sys.modules)))
"""


@pytest.mark.once
def test_a_process_that_serves_does_not_load_what_only_workbooks_need():
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, env=environment, check=True, capture_output=True)
    assert done.stdout.strip() == b""


PAGES = """
import config.wsgi
from django.db import connection
with connection.cursor() as cursor:
    print(cursor.execute("PRAGMA cache_size").fetchone()[0])
"""


@pytest.mark.once
def test_each_thread_that_serves_keeps_a_megabyte_of_sqlites_pages(tmp_path):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
    }
    done = subprocess.run([sys.executable, "-c", PAGES], cwd=ROOT, env=environment, check=True, capture_output=True)
    assert done.stdout.strip() == b"-1000"


CYCLES = """
import gc
import config.wsgi
print(gc.isenabled(), gc.get_freeze_count() > 100_000)
"""


@pytest.mark.once
def test_a_process_that_serves_looks_for_cycles_but_not_in_what_it_has_loaded():
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    done = subprocess.run([sys.executable, "-c", CYCLES], cwd=ROOT, env=environment, check=True, capture_output=True)
    assert done.stdout.strip() == b"True True"
