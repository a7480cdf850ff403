"""Run the whole suite on SQLite, and what is not marked `once` on PostgreSQL with Redis, where they are to be had.

On SQLite every read is asked twice, and its second answer must be a stored one that equals the first; on PostgreSQL
nothing is stored. Tests of the store itself, and of running servers, store as in service, on both.

PostgreSQL and Redis are those that DATABASE_URL and REDIS_URL name, else those that answer on loopback.
Arguments go to pytest. The last lines say what ran and what was left out; the exit status is that of the
first half that failed, and with `--require-services` (as `.ci/run` calls it) 3 when a half was left out.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK_DATABASE = "postgres://postgres@127.0.0.1:5432/postgres"
LOOPBACK_REDIS = "redis://127.0.0.1:6379/15"


def postgresql_url() -> tuple[str | None, str]:
    """Return the URL of a PostgreSQL that answers, or None and why there is none."""
    url = os.environ.get("DATABASE_URL", LOOPBACK_DATABASE)
    if not url.startswith("postgres"):
        return None, "DATABASE_URL does not name a PostgreSQL"
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return None, str(error).strip().splitlines()[0]
    return url, ""


def redis_url() -> tuple[str | None, str]:
    """Return the URL of a Redis that answers, or None and why there is none."""
    url = os.environ.get("REDIS_URL", LOOPBACK_REDIS)
    try:
        redis.Redis.from_url(url, socket_connect_timeout=3).ping()
    except redis.RedisError as error:
        return None, str(error)
    return url, ""


def instead(environment: dict[str, str]) -> dict[str, str]:
    """Return these variables in place of the caller's."""
    # Hundreds of processes start for these tests. Where they may keep no bytecode, each compiles all of ours anew.
    left_out = {"DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in os.environ.items() if name not in left_out} | environment


class Half:
    """One half of the suite: first its databases are filled, then its tests run, beside those of the other half."""

    def __init__(self, name: str, environment: dict[str, str], options: list[str], log: IO[bytes] | None) -> None:
        """Begin to fill the databases that it copies; PostgreSQL's waits for what SQLite's has imported.

        log: where its output goes until the other half's has been printed.
        """
        self.name = name
        self._environment = instead(environment)
        self._options = options
        self._log = log
        self._began = time.monotonic()
        settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
        self._process = self._start("-m", "tests.serving", **settings)

    def _start(self, *command: str, **variables: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self._environment | variables,
            stdout=self._log,
            stderr=self._log and subprocess.STDOUT,
        )

    def test(self, arguments: list[str]) -> None:
        """Begin the tests once the databases are filled."""
        # What went wrong there goes wrong in each test that needs it, too, and is told there.
        self._process.wait()
        # By file, so that what a file sets up is set up once, and in the order of tests/conftest.py.
        # As many workers as there are processors, in each half: many wait for a server, a browser or the database.
        spread = ["-n", str(max(os.cpu_count() or 2, 2)), "--dist", "loadfile", "--no-loadscope-reorder"]
        self._began = time.monotonic()
        self._process = self._start("-m", "pytest", *spread, "--durations=40", *self._options, *arguments)

    def end(self) -> tuple[int, str]:
        """Wait for its tests, print what they wrote, and return their exit status and a line that says how it went."""
        _, waited, used = os.wait4(self._process.pid, 0)
        status = self._process.returncode = os.waitstatus_to_exitcode(waited)
        took = time.monotonic() - self._began
        if self._log:
            self._log.seek(0)
            print(f"== {self.name}", flush=True)
            shutil.copyfileobj(self._log, sys.stdout.buffer)
        outcome = "FAILED" if status else "passed"
        return status, f"{self.name}: {outcome} in {took:.0f} s ({used.ru_utime + used.ru_stime:.0f} s of processors)"


def main(arguments: list[str]) -> int:
    """Run both halves and report."""
    is_strict = "--require-services" in arguments
    arguments = [argument for argument in arguments if argument != "--require-services"]
    database, why_no_database = postgresql_url()
    cache, why_no_cache = redis_url()

    with tempfile.TemporaryFile() as log:
        halves = [Half("SQLite, no Redis", {}, ["--store=warm"], None)]
        if database and cache:
            services = {"DATABASE_URL": database, "REDIS_URL": cache}
            halves.append(
                Half("PostgreSQL and Redis", services, ["--store=off", "-m", "not long and (both or not once)"], log)
            )
        print(f"== {halves[0].name}", flush=True)
        for half in halves:
            half.test(arguments)
        ended = [half.end() for half in halves]
    statuses, report = [status for status, _ in ended], [line for _, line in ended]
    if len(halves) == 1:
        report.append("PostgreSQL and Redis: LEFT OUT")
        report += [f"  PostgreSQL: {why_no_database}"] if database is None else []
        report += [f"  Redis: {why_no_cache}"] if cache is None else []
        statuses.append(3 if is_strict else 0)
    print("\n".join(["", *report]), flush=True)
    return next((status for status in statuses if status), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
