"""How fast answers are, beside others: `python -m tests.benchmarks.answers`, with databases and servers of its own.

Contenders run on the same server with the same options, measured in turns; what counts are the ratios of one round,
of which the table has the median, the lowest and the highest. The load is made on the same machine, by wrk.
README.md says beside what. The lines:

"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

from tests.benchmarks import builds, load, reads, results, servers
from tests.benchmarks.bench import Bench, Options

KINDS = {"sqlite": ["SQLite"], "postgresql": ["PostgreSQL"], "both": ["SQLite", "PostgreSQL"]}
LINES: dict[str, Callable[[Bench], Iterator[results.Row]]] = {
    "bare": reads.bare,
    "limits": reads.limits,
    "peer": reads.cities_light,
    "largest": builds.largest,
    "cold": builds.countries,
    "patch": builds.switches,
    "latency": reads.latency,
    "scaling": reads.scaling,
    "sizes": builds.sizes,
}


def measure(arguments: argparse.Namespace, folder: Path) -> Iterator[results.Row]:
    """Yield the rows of every line that was asked for, on each database."""
    options = Options(arguments.rounds, arguments.seconds, arguments.redis, arguments.packages or folder)
    for kind in KINDS[arguments.database]:
        with servers.empty_database(kind, "gazetteer_benchmark", folder, arguments.postgresql) as database:
            print(f"Preparing {kind}", file=sys.stderr, flush=True)
            demo, keys = servers.set_up(database)
            bench = Bench(options, database, folder, demo, keys)
            for name in arguments.only or LINES:
                yield from LINES[name](bench)


def parse() -> argparse.Namespace:
    """Read the command line."""
    lines = "".join(f"  {name:<9}{line.__doc__}\n" for name, line in LINES.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.answers",
        description=(__doc__ or "") + lines,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement at saturation (%(default)s)")
    parser.add_argument("--only", choices=LINES, action="append", metavar="LINE", help="can be repeated")
    parser.add_argument("--database", choices=KINDS, default="both", help="default: %(default)s")
    parser.add_argument("--postgresql", default="postgres://postgres@127.0.0.1:5432/postgres", metavar="URL")
    parser.add_argument("--redis", default="redis://127.0.0.1:6379/3", metavar="URL")
    parser.add_argument("--packages", type=Path, metavar="FOLDER", help="Keep the peer's packages for the next time.")
    parser.add_argument("--markdown", action="store_true", help="Print a table of Markdown at the end.")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    arguments = parse()
    load.check_tools()
    # Stopped from outside, it still stops its servers and drops its databases.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(results.machine(), flush=True)
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        for row in measure(arguments, Path(temporary)):
            print(results.plain(row), flush=True)
            rows.append(row)
    if arguments.markdown:
        print(results.markdown(rows))


if __name__ == "__main__":
    main()
