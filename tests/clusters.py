"""A primary and a streaming replica of PostgreSQL that a test can stop and start, in folders of their own."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGINT, SIGKILL
from typing import Any

import psycopg

from tests.databases import databases
from tests.serving import free_port, with_demo

# PostgreSQL refuses to run as root.
ACCOUNT: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "32MB",
    "fsync": "off",
    "log_statement": "all",
    "log_line_prefix": "",
}


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server here, None where there is none."""
    on_path = shutil.which("initdb")
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = [Path(on_path)] if on_path else sorted(debian, key=lambda path: int(path.parts[4]))
    return found[-1].resolve().parent if found else None


class Cluster:
    """One server over its folder; its log has every statement that it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its databases are."""
        return f"postgres://postgres@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = [f"--{name}={value}" for name, value in (OPTIONS | {"port": str(self.port)}).items()]
        with self.log.open("ab") as log:
            self.process = _popen("postgres", "-D", str(self.folder), *options, stderr=log)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(psycopg.OperationalError):
                psycopg.connect(f"{self.url}/postgres").close()
                return
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL does not start: {self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """End every session and stop."""
        if self.process is None:
            return
        self.process.send_signal(SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(SIGKILL)
            self.process.wait()
        self.process = None

    def ask(self, statement: str, *parameters: Any, database: str = "postgres") -> Any:
        """Commit one statement and return the first value of its first row, if any."""
        with psycopg.connect(f"{self.url}/{database}", autocommit=True) as connection:
            cursor = connection.execute(statement, parameters)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def take_demo(self) -> dict[str, str]:
        """Make the database `gazetteer`, with the demo and all data but cities, and return the demo's credentials."""
        template, demo = with_demo()
        file = self.folder.with_name("demo.sql")
        left_out = [f"--exclude-table-data=geography_{table}" for table in ("city*", "searchname")]
        _run("pg_dump", "--no-owner", *left_out, f"--file={file}", databases().url(template))
        self.ask("CREATE DATABASE gazetteer")
        _run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(file), f"{self.url}/gazetteer")
        return demo

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Yield a list that holds, afterwards, the lines that its log has got meanwhile."""
        start = self.log.stat().st_size
        lines: list[str] = []
        yield lines
        with self.log.open("rb") as log:
            log.seek(start)
            lines += log.read().decode().splitlines()


@contextmanager
def primary() -> Iterator[Cluster]:
    """Run an empty server; it is stopped, and its folder and those beside it removed, at the end."""
    with tempfile.TemporaryDirectory(prefix="gazetteer-cluster-") as folder:
        if ACCOUNT:
            shutil.chown(folder, ACCOUNT["user"], ACCOUNT["group"])
        cluster = Cluster(Path(folder) / "primary")
        _run("initdb", "-D", str(cluster.folder), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def replica_of(source: Cluster) -> Iterator[Cluster]:
    """Run a server that replays what `source` commits."""
    cluster = Cluster(source.folder.with_name("replica"))
    _run("pg_basebackup", "-d", f"{source.url}/postgres", "-D", str(cluster.folder), "-R", "-c", "fast", "--no-sync")
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def wait_until_replayed(source: Cluster, replica: Cluster) -> None:
    """Return when the replica has all that is committed now."""
    position = source.ask("SELECT pg_current_wal_lsn()")
    deadline = time.monotonic() + 30
    while not replica.ask("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", position):
        assert time.monotonic() < deadline, "The replica does not catch up."
        time.sleep(0.02)


def _popen(program: str, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    folder = programs()
    assert folder is not None
    # From a folder that the account may enter.
    return subprocess.Popen([folder / program, *arguments], cwd="/", **ACCOUNT, **options)


def _run(program: str, *arguments: str) -> None:
    process = _popen(program, *arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output, _ = process.communicate()
    assert process.returncode == 0, output.decode()
