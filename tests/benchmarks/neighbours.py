"""What one tenant's flood costs another: the other's warm reads, alone and beside 50 dear requests at a time.

`python -m tests.benchmarks.neighbours` serves the demo's database as documented, lets a second tenant read a warm list
one request after the other, first alone and then while the demo keeps 50 requests in flight, each to validate a
thousand invented codes with suggestions. A client that gets 429 waits as long as Retry-After says, or asks again at
once with `--rude`.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections import Counter
from http.client import HTTPConnection
from multiprocessing.synchronize import Event
from statistics import quantiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

from tests.serving import ROOT, Server, serving

FLOODS = {
    "countries": ("/api/validate/country", {"code": [f"Q{n:03}" for n in range(1000)], "suggest": True}),
    "subdivisions": (
        "/api/validate/subdivision",
        {"country": "FR", "code": [f"Q{n:03}" for n in range(1000)], "suggest": True},
    ),
    "cities": (
        "/api/validate/city",
        {"country": "US", "city": [f"Qwerty {n:03}" for n in range(1000)], "suggest": True},
    ),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reads", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--kind", choices=FLOODS, action="append")
    parser.add_argument("--rude", action="store_true", help="Do not wait after a 429.")
    options = parser.parse_args()
    with serving("neighbours") as server:
        key = second_tenant(server)
        milliseconds(server, key, 300)
        idle = milliseconds(server, key, options.reads)
        print(f"alone: p50 {median(idle):.2f} ms, p99 {p99(idle):.2f} ms")
        for kind in options.kind or FLOODS:
            stop, counts = multiprocessing.Event(), multiprocessing.Queue()
            flood = multiprocessing.Process(
                target=flooding, args=(server, kind, options.connections, options.rude, stop, counts)
            )
            flood.start()
            time.sleep(1)
            beside = milliseconds(server, key, options.reads)
            stop.set()
            answered = counts.get(timeout=60)
            flood.join()
            print(
                f"beside {options.connections} of {kind}: p50 {median(beside):.2f} ms, p99 {p99(beside):.2f} ms,"
                f" {p99(beside) / p99(idle):.1f} x; the flood was answered {answered}"
            )


def second_tenant(server: Server) -> str:
    """Make a tenant with commands and return its key."""

    def run(*arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        environment = os.environ | server.environment
        return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

    run("create_tenant", "other")
    return run("issue_api_key", "other").strip()


def milliseconds(server: Server, key: str, count: int) -> list[float]:
    """Read a warm list so many times on one connection, and return how long each took."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    taken = []
    for _ in range(count):
        begin = time.perf_counter()
        connection.request("GET", "/api/data/countries", headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        taken.append(1000 * (time.perf_counter() - begin))
        time.sleep(0.001)
    return taken


def median(values: list[float]) -> float:
    """Return the middle one."""
    return quantiles(values, n=2)[0]


def p99(values: list[float]) -> float:
    """Return the one that a hundredth exceeds."""
    return quantiles(values, n=100)[98]


def flooding(
    server: Server, kind: str, connections: int, is_rude: bool, stop: Event, counts: "multiprocessing.Queue[object]"
) -> None:
    """Keep so many requests in flight until told to stop; then tell how many got which status."""
    path, asked = FLOODS[kind]
    body = json.dumps(asked).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {server.demo['private_key']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    statuses: Counter[int] = Counter()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        while not stop.is_set():
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            fields = dict(line.lower().split(b": ", 1) for line in answer.split(b"\r\n")[1:] if line)
            await reader.readexactly(int(fields[b"content-length"]))
            status = int(answer.split()[1])
            statuses[status] += 1
            if status == 429 and not is_rude:
                await asyncio.sleep(int(fields[b"retry-after"]))
        writer.close()

    async def together() -> None:
        await asyncio.gather(*(one() for _ in range(connections)))

    asyncio.run(together())
    counts.put(dict(statuses))


if __name__ == "__main__":
    main()
