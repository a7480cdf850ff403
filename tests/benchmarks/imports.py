"""What imports cost: `python -m tests.benchmarks.imports`, on a database of its own beside that of DATABASE_URL.

Prints, as rows of a Markdown table, wall time and peak memory of the whole process, and how long the longest write
transaction was: first imports of the 15,000+ and the 500+ set, each into an empty database, and again with nothing new.
Then the longest PATCH of a client while the 500+ set is imported. With `--peer N`, django-cities-light reads N of
the same cities (0: all of 15,000+), from GeoNames files written from the same package, into the same kind of database.
Its ratios are to our import of the same files, and to our whole import of the 15,000+ set, for which fewer cities give
a lower bound.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.serving import Server

COMMANDS = ("import_countries", "import_subdivisions", "import_cities")


@dataclass(frozen=True)
class Cost:
    """What a process took. transaction: its longest one; writes: by how much the data's revision moved."""

    seconds: float
    megabytes: float
    transaction: float = 0.0
    writes: int = 0

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s | {self.megabytes:.0f} MB"


def measure(command: list[str], environment: dict[str, str]) -> tuple[Cost, bytes]:
    """Run the command to its end and return its cost and what it printed."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    return Cost(time.monotonic() - started, usage.ru_maxrss / 1024), said


def import_all(environment: dict[str, str], size: int) -> Cost:
    """Import every dataset, in one process as quickstart does."""
    cost, said = measure([sys.executable, "-m", __spec__.name, "--import", str(size)], environment)
    inside = json.loads(said)
    return Cost(cost.seconds, cost.megabytes, inside["transaction"], inside["writes"])


def import_here(size: int) -> None:
    """Import every dataset in this process, and print how long its transactions were as JSON."""
    import django

    django.setup()

    from django.core.management import call_command

    from apps.imports import run, write
    from apps.revisions import numbers

    hold, clear = run._keep_writers_out, write.clear
    begun, lengths = [0.0], [0.0]

    def timed_hold(revision: int) -> None:
        begun[0] = time.monotonic()
        hold(revision)

    def timed_clear(table: Any) -> None:
        if begun[0]:
            lengths.append(time.monotonic() - begun[0])
            begun[0] = 0.0
        clear(table)

    before = numbers.current("data")["data"]
    run._keep_writers_out, write.clear = timed_hold, timed_clear
    for command in COMMANDS:
        options = {"cities": size} if command == "import_cities" else {}
        call_command(command, verbosity=0, **options)
    print(json.dumps({"transaction": max(lengths), "writes": numbers.current("data")["data"] - before}))


def ours(database: str) -> dict[str, Cost]:
    """Measure both sets, each from an empty database."""
    from tests.databases import ROOT, database_for

    costs = {}
    for size in (15000, 500):
        with database_for(f"benchmark_{size}") as url:
            environment = os.environ | {"DATABASE_URL": url}
            migrate = [sys.executable, "manage.py", "migrate", "-v0"]
            subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
            for name in ("first", "nothing new"):
                cost = costs[f"{size:,}+, {name}"] = import_all(environment, size)
                writes = f"{cost.transaction:.2f} s" if cost.writes else "none"
                print(f"| {database} | {size:,}+ set, {name} | {cost} | {writes} |", flush=True)
    return costs


def patching(database: str) -> None:
    """Measure the PATCHes of a client while the 500+ set is imported over the 15,000+ one."""
    from tests.serving import serving

    with serving("benchmark_patch") as server:
        importer = subprocess.Popen(
            [sys.executable, "manage.py", "import_cities", "--cities", "500", "-v0"],
            env=os.environ | server.environment,
        )
        times, statuses = [], set()
        while importer.poll() is None:
            started = time.monotonic()
            statuses.add(patch(server, active=len(times) % 2 == 1))
            times.append(time.monotonic() - started)
            time.sleep(0.02)
    if importer.returncode or statuses != {204}:
        raise SystemExit(f"The import ended with {importer.returncode}, PATCHes with {statuses}")
    print(f"| {database} | {len(times)} PATCHes beside the 500+ import | longest: {max(times):.2f} s | | |", flush=True)


def patch(server: "Server", *, active: bool) -> int:
    """Switch a country of the demo tenant and return the status of the answer."""
    path = f"/country/{server.demo['tenant']}/countries/DE"
    body = json.dumps({"active": active}).encode()
    bearer = f"Bearer {server.demo['private_key']}"
    headers = {"Authorization": bearer, "Content_Type": "application/json", "X_Version": "v2"}
    return server.ask(path, method="PATCH", body=body, **headers).status


def same_files(database: str, folder: Path) -> dict[str, Cost]:
    """Measure our import of cities from the peer's files, with countries and subdivisions in place."""
    from tests.databases import ROOT, database_for

    files = [f"--geonames={folder}/cities.txt", f"--admin1={folder}/admin1CodesASCII.txt"]
    costs = {}
    with database_for("benchmark_files") as url:
        environment = os.environ | {"DATABASE_URL": url}
        for command in ("migrate", *COMMANDS[:2]):
            subprocess.run([sys.executable, "manage.py", command, "-v0"], cwd=ROOT, env=environment, check=True)
        for name in ("first", "nothing new"):
            costs[name], _ = measure([sys.executable, "manage.py", "import_cities", *files, "-v0"], environment)
            print(f"| {database} | the peer's cities from the peer's files, {name} | {costs[name]} | |", flush=True)
    return costs


def theirs(database: str, folder: Path, packages: Path, limit: int, our: dict[str, Cost]) -> None:
    """Measure the peer on the same kind of database, and print how many times longer than ours it takes."""
    from django.conf import settings

    from tests.benchmarks import peer
    from tests.databases import database_for

    python = peer.install(packages)
    cities = peer.cities(limit or None)
    peer.write_files(folder / "files", cities)
    same = same_files(database, folder / "files")
    with database_for("benchmark_peer") as url:
        values = {key: str(settings.DATABASES["default"].get(key, "")) for key in ("ENGINE", "USER", "HOST", "PORT")}
        values["PASSWORD"] = str(settings.DATABASES["default"].get("PASSWORD", ""))
        values["NAME"] = url.removeprefix("sqlite:///") if url.startswith("sqlite") else url.rpartition("/")[2]
        environment = peer.project(folder / "project", folder / "files", values)
        django = [str(python), "-W", "ignore", "-m", "django"]
        measure([*django, "migrate", "-v0"], environment)
        for name in ("first", "nothing new"):
            cost, _ = measure([*django, "cities_light", "--force-import-all"], environment)
            whole, of_same = (cost.seconds / each.seconds for each in (our[f"15,000+, {name}"], same[name]))
            what = f"django-cities-light 3.11, {len(cities):,} cities, {name}"
            ratios = f"{of_same:.0f} times our import of the same files, {whole:.0f} times our whole import"
            print(f"| {database} | {what} | {cost} | {ratios} |", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=int, metavar="N", help="Measure django-cities-light with N cities; 0: all.")
    parser.add_argument("--packages", type=Path, help="Keep the peer's packages here for the next time.")
    parser.add_argument("--import", dest="size", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    os.environ["GRANIAN_LOG_ENABLED"] = "false"
    if arguments.size:
        import_here(arguments.size)
        return
    from django.conf import settings

    database = "SQLite" if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else "PostgreSQL"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        print(
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%F')}"
        )
        print("| Database | What | Wall | Peak memory | Longest write transaction |\n| --- | --- | --- | --- | --- |")
        costs = ours(database)
        patching(database)
        if arguments.peer is not None:
            theirs(database, folder, arguments.packages or folder, arguments.peer, costs)


if __name__ == "__main__":
    main()
