"""A server that is told to stop: it ends, whatever it was doing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT
from tests.serving import free_port

pytestmark = pytest.mark.once
STARTING = "from config.wsgi import application\nprint('starting', flush=True)\nimport time\ntime.sleep(60)\n"


def test_workers_that_are_still_starting_end_when_the_server_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "starting.py").write_text(STARTING)
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(free_port())]
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*granian, "starting:application"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, start_new_session=True
    ) as server:
        try:
            assert server.stdout is not None
            while b"starting" not in server.stdout.readline():
                assert server.poll() is None
            server.terminate()
            server.wait(timeout=20)
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)
