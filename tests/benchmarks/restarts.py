"""Restarts and crashes behind nginx: how many requests are lost.

`python -m tests.benchmarks.restarts` runs the server as the unit file has it behind nginx with TLS as it is documented,
lets four clients read on connections that they keep, and does meanwhile, one after the other: nothing, two reloads
(SIGHUP), and five times `kill -9` of a worker. Prints for each how many requests were sent, answered by 2xx, and not.
"""

import http.client
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

from tests.benchmarks.servers import Server
from tests.databases import ROOT
from tests.proxying import NAME, Proxy, proxied

CLIENTS = 4
# Longer than a new worker takes to start on a busy machine.
START_SECONDS = 30
PATHS = ("/api/data/countries", "/v1/country/list?country=PL", "/api/search?q=springfield", "/flags/pl.svg")
# Options that our own runner of servers gives, and where to listen.
LEFT_OUT = {"--interface", "--http", "--host", "--port", "--blocking-threads", "--workers-kill-timeout"}


def unit_options() -> list[str]:
    """Return the options of granian in the unit file."""
    unit = (ROOT / "config" / "deploy" / "gazetteer.service").read_text()
    started = re.search(r"^ExecStart=\S+/granian (.*) config\.wsgi:application$", unit, re.MULTILINE)
    assert started
    options = re.findall(r"(--[\w-]+)(?: ([^-\s]\S*))?", started[1])
    return [word for name, value in options if name not in LEFT_OUT for word in (name, value) if word]


def main() -> None:
    """Do, and print."""
    with TemporaryDirectory() as folder, proxied(Path(folder), *unit_options()) as proxy:
        server = Server(proxy.port, proxy.behind)
        for name, act in (
            ("nothing", lambda: time.sleep(10)),
            ("two reloads", lambda: reload_twice(server)),
            ("five kills", lambda: kill_five(server)),
        ):
            print(f"{name}: {tell(beside(proxy, act))}", flush=True)


def reload_twice(server: Server) -> None:
    """Reload, and again when no worker of before is left."""
    for _ in range(2):
        before = set(server.workers())
        os.kill(server.pid, signal.SIGHUP)
        until(lambda before=before: before.isdisjoint(server.workers()))  # type: ignore[misc]


def kill_five(server: Server) -> None:
    """Kill a worker five times, each time when the one before has been replaced and has had time to start."""
    for _ in range(5):
        killed = server.workers()[0]
        os.kill(killed, signal.SIGKILL)
        until(lambda killed=killed: killed not in server.workers() and len(server.workers()) == 2)  # type: ignore[misc]
        time.sleep(START_SECONDS)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something, two minutes at most."""
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def beside(proxy: Proxy, act: Callable[[], None]) -> Counter[str]:
    """Let clients read while something is done, and count the statuses, and the errors where there was no answer."""
    stop = Event()
    with ThreadPoolExecutor(CLIENTS) as pool:
        counts = [pool.submit(read, proxy, stop) for _ in range(CLIENTS)]
        act()
        stop.set()
        return sum((count.result() for count in counts), Counter[str]())


def read(proxy: Proxy, stop: Event) -> Counter[str]:
    """Read on a connection that is kept until told to stop; one that is lost is opened anew, and counts."""
    counts: Counter[str] = Counter()
    headers = {"Host": NAME, "Authorization": proxy.bearer}
    connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, context=proxy.context, timeout=60)
    while not stop.is_set():
        for path in PATHS:
            try:
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                answer.read()
                counts[str(answer.status)] += 1
            except (OSError, http.client.HTTPException) as error:
                counts[type(error).__name__] += 1
                connection.close()
    connection.close()
    return counts


def tell(counts: Counter[str]) -> str:
    """Return how many were sent, and how many had which end."""
    return f"{counts.total():,} sent, " + ", ".join(f"{count:,} x {name}" for name, count in counts.most_common())


if __name__ == "__main__":
    main()
