"""Run the whole suite on SQLite, and what is not marked `once` on PostgreSQL with Redis, where they are to be had.

On SQLite every read is asked twice, and its second answer must be a stored one that equals the first; on PostgreSQL
nothing is stored. Tests of the store itself, and of running servers, store as in service, on both.

PostgreSQL and Redis are those that DATABASE_URL and REDIS_URL name, else those that answer on loopback.
Arguments go to pytest. The last lines say what ran and what was left out; the exit status is that of the
first half that failed, and with `--require-services` (as `.ci/run` calls it) 3 when a half was left out.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

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


def prepare(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Begin to fill the databases that a half copies; PostgreSQL's waits for what SQLite's has imported."""
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    return subprocess.Popen([sys.executable, "-m", "tests.serving"], cwd=ROOT, env=instead(settings | environment))


def run(environment: dict[str, str], arguments: list[str]) -> int:
    """Run pytest with these variables in place of the caller's and return its exit status."""
    # By file, so that what a file sets up is set up once, and in the order of tests/conftest.py.
    # One worker more than there are processors: many wait for a server, a browser or the database.
    spread = ["-n", str((os.cpu_count() or 2) + 1), "--dist", "loadfile", "--no-loadscope-reorder", "--durations=40"]
    command = [sys.executable, "-m", "pytest", *spread, *arguments]
    return subprocess.run(command, cwd=ROOT, env=instead(environment), check=False).returncode


def main(arguments: list[str]) -> int:
    """Run both halves and report."""
    is_strict = "--require-services" in arguments
    arguments = [argument for argument in arguments if argument != "--require-services"]
    database, why_no_database = postgresql_url()
    cache, why_no_cache = redis_url()

    report = []
    statuses = []

    def half(name: str, environment: dict[str, str], prepared: subprocess.Popen[bytes], *options: str) -> None:
        print(f"== {name}", flush=True)
        # What went wrong there goes wrong in each test that needs it, too, and is told there.
        prepared.wait()
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        statuses.append(run(environment, [*options, *arguments]))
        took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        computed = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        outcome = "passed" if statuses[-1] == 0 else "FAILED"
        report.append(f"{name}: {outcome} in {took:.0f} s ({computed:.0f} s of processors)")

    services = {"DATABASE_URL": database, "REDIS_URL": cache} if database and cache else None
    first, second = prepare({}), services and prepare(services)
    half("SQLite, no Redis", {}, first, "--store=warm")
    if services and second:
        half("PostgreSQL and Redis", services, second, "--store=off", "-m", "not long and (both or not once)")
    else:
        report.append("PostgreSQL and Redis: LEFT OUT")
        report += [f"  PostgreSQL: {why_no_database}"] if database is None else []
        report += [f"  Redis: {why_no_cache}"] if cache is None else []
        statuses.append(3 if is_strict else 0)
    print("\n".join(["", *report]), flush=True)
    return next((status for status in statuses if status), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
