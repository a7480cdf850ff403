"""Databases and servers of the benchmarks of answers: ours, and those that it is compared with."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
import psycopg
from psycopg import sql

from tests.serving import ROOT, free_port

OURS = "config.wsgi:application"
PLAIN = "tests.benchmarks.plain.wsgi:application"


@dataclass(frozen=True)
class Database:
    """An empty database of its own, "SQLite" or "PostgreSQL"."""

    kind: str
    url: str

    def execute(self, statement: str) -> None:
        """Commit one statement from outside of every server."""
        if self.kind == "SQLite":
            connection = sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=10)
            with connection:
                connection.execute(statement)
            connection.close()
            return
        with psycopg.connect(self.url, autocommit=True) as connected:
            connected.execute(statement.encode())

    def django(self) -> dict[str, Any]:
        """Return the settings of a Django project that uses it."""
        return {**environ.Env.db_url_config(self.url), "CONN_MAX_AGE": 600}

    def move_data(self) -> None:
        """Move the revision of the data, as an edit does: no answer that was prepared before is given any more."""
        self.execute("UPDATE tenants_revision SET number = number + 1 WHERE name = 'data'")


@dataclass(frozen=True)
class Server:
    """A server that listens on loopback, and the process that started its workers."""

    port: int
    pid: int

    def workers(self) -> list[int]:
        """Return the ids of its worker processes."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [int(child) for child in children.split() if _is_worker(int(child))]

    def megabytes(self) -> float:
        """Return the resident memory of its largest worker."""
        return max(map(_megabytes, self.workers()))


@contextmanager
def empty_database(kind: str, name: str, folder: Path, postgresql: str) -> Iterator[Database]:
    """Create a database and drop it at the end; `postgresql` is the URL of one on the server to use."""
    if kind == "SQLite":
        yield Database(kind, f"sqlite:///{folder / name}.sqlite3")
        return
    with psycopg.connect(postgresql, autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield Database(kind, f"{postgresql.rpartition('/')[0]}/{name}")
        connection.execute(drop)


def environment(database: Database, **more: str) -> dict[str, str]:
    """Return the variables of our server on `database`."""
    return {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATABASE_URL": database.url, "REDIS_URL": "", **more}


def set_up(database: Database) -> tuple[dict[str, str], dict[str, str]]:
    """Import every country, subdivision and city of 500 people and more.

    Returns the demo's credentials, and the private keys of further tenants by their codes.
    """
    quickstart = ["manage.py", "quickstart", "--no-serve", "--cities", "500", "--json"]
    tenants = ["-m", "tests.benchmarks.tenants"]
    demo, keys = (json.loads(run(sys.executable, command, environment(database))) for command in (quickstart, tenants))
    return demo, keys


def run(python: str | Path, arguments: Sequence[str], variables: Mapping[str, str]) -> bytes:
    """Run a Python to its end and return what it printed; what it said on stderr is told when it fails."""
    done = subprocess.run([python, *arguments], cwd=ROOT, env=os.environ | variables, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr.decode()[-2000:]}")
    return done.stdout


@contextmanager
def granian(
    application: str, variables: Mapping[str, str], *, workers: int = 1, python: Path | None = None, folder: Path = ROOT
) -> Iterator[Server]:
    """Serve `application` as we serve ours, and stop at the end; `python` is that of its environment."""
    port = free_port()
    options = f"--interface wsgi --blocking-threads 4 --workers {workers} --port {port} --log-level warning".split()
    process = subprocess.Popen(
        [python or sys.executable, "-m", "granian", *options, application], cwd=folder, env=os.environ | variables
    )
    try:
        _wait(process, port)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("A server did not start.")


def _is_worker(pid: int) -> bool:
    # Python's resource tracker is a child, too.
    return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
