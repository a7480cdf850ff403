"""Mixed requests for as long as one likes: nothing fails, and memory does not grow.

`python -m tests.benchmarks.soak` serves the demo's database as documented, by one worker, and four clients send it
100,000 requests of all styles, 95 languages, filters, pages, terms, codings and two tenants: lists, searches,
validations, refusals, and a switch among each 10,000. A few come again and again and others hardly ever, so that most
answers are at hand and many are not, as in service. It says how many got which status, and the worker's memory on the
way. `--requests 1000000` is the long form, `--minutes` ends it earlier. Ends with 1 where an answer was a 5xx.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

from tests.benchmarks.load import Ask, Connection
from tests.benchmarks.mixture import mixture
from tests.benchmarks.neighbours import second_tenant
from tests.benchmarks.servers import Server as Process
from tests.databases import database_for
from tests.serving import Server, environment_of, started, with_demo

CLIENTS = 4
# Memory is told after 1,000 requests and ten times as many each time, then after each so many.
STEP = 100_000


def main() -> None:
    """Send, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--switch-every", type=int, default=10_000, help="how many requests are between two switches")
    options = parser.parse_args()
    template, demo = with_demo()
    with database_for("soak", template) as url, started(environment_of(url)) as (port, pid):
        server, process = Server(port, demo, environment_of(url)), Process(port, pid)
        requests = mixture({demo["tenant"]: demo["private_key"], "other": second_tenant(server)}, options.switch_every)
        statuses: Counter[int] = Counter()
        begin = time.monotonic()
        end = begin + 60 * options.minutes
        while (sent := statuses.total()) < options.requests and time.monotonic() < end:
            until = min(options.requests, max(1000, min(10 * sent, sent + STEP)))
            statuses += soak(port, list(islice(requests, until - sent)), end)
            took = time.monotonic() - begin
            print(f"after {statuses.total():,} in {took:,.0f} s: {process.megabytes():.1f} MB", flush=True)
    print(", ".join(f"{count:,} × {status}" for status, count in statuses.most_common()))
    raise SystemExit(any(status >= 500 for status in statuses))


def soak(port: int, requests: Sequence[Ask], end: float) -> Counter[int]:
    """Send requests by several clients, and count the statuses of the answers; none is sent after `end`."""

    def send(share: Sequence[Ask]) -> Counter[int]:
        statuses: Counter[int] = Counter()
        with Connection(port) as connection:
            for ask in share:
                if time.monotonic() > end:
                    break
                statuses[connection.send(ask)] += 1
        return statuses

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(send, [requests[client::CLIENTS] for client in range(CLIENTS)]), Counter[int]())


if __name__ == "__main__":
    main()
