"""Mixed requests for as long as one likes: nothing fails, and memory does not grow.

`python -m tests.benchmarks.soak` serves the demo's database as documented, by one worker, and sends 100,000 requests of
all styles, 95 languages, filters, pages, terms, codings and two tenants, with a switch among each hundred, by four
clients. It says how many got which status, and the worker's memory on the way. `--requests 1000000` is the long form,
and `--minutes` ends it earlier. Nearly every answer of that mixture is built anew; `--different 2000
--switch-every 10000` lets most come out of the store, as they do in service, and ten times as many be sent in the same
time. Ends with 1 where an answer was a 5xx.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

from tests.benchmarks import asks
from tests.benchmarks.load import Ask
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
    parser.add_argument("--different", type=int, default=20_000, help="how many requests come again and again")
    parser.add_argument("--switch-every", type=int, default=100, help="how many requests are between two switches")
    options = parser.parse_args()
    template, demo = with_demo()
    with database_for("soak", template) as url, started(environment_of(url)) as (port, pid):
        server, process = Server(port, demo, environment_of(url)), Process(port, pid)
        callers = {demo["tenant"]: demo["private_key"], "other": second_tenant(server)}
        statuses: Counter[int] = Counter()
        begin, sent = time.monotonic(), 0
        end = begin + 60 * options.minutes
        while sent < options.requests and time.monotonic() < end:
            until = min(options.requests, max(1000, min(10 * sent, sent + STEP)))
            while sent < until and time.monotonic() < end:
                part = min(until - sent, options.different)
                statuses += soak(port, callers, sent, part, options.switch_every)
                sent += part
            print(f"after {sent:,} in {time.monotonic() - begin:,.0f} s: {process.megabytes():.1f} MB", flush=True)
    print(", ".join(f"{count:,} × {status}" for status, count in statuses.most_common()))
    raise SystemExit(any(status >= 500 for status in statuses))


def soak(port: int, callers: dict[str, str], sent: int, count: int, switch_every: int) -> Counter[int]:
    """Send mixed requests by several clients, and count the statuses of the answers."""
    requests = list(mixture(callers, sent, count, switch_every))
    with ThreadPoolExecutor(CLIENTS) as pool:
        shares = [pool.submit(_send, port, requests[client::CLIENTS]) for client in range(CLIENTS)]
        return sum((share.result() for share in shares), Counter[int]())


def mixture(callers: dict[str, str], sent: int, count: int, switch_every: int) -> Iterator[Ask]:
    """Yield requests, the same ones each time, but for a switch of the first tenant after each so many."""
    switch, _ = asks.switch(*next(iter(callers.items())))
    for number, ask in enumerate(asks.mixed(callers, count), sent):
        yield switch if number % switch_every == 0 else ask


def _send(port: int, requests: list[Ask]) -> Counter[int]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    statuses: Counter[int] = Counter()
    for ask in requests:
        connection.request(ask.method, ask.path, ask.body, dict(ask.headers))
        answer = connection.getresponse()
        answer.read()
        statuses[answer.status] += 1
    connection.close()
    return statuses


if __name__ == "__main__":
    main()
