"""Requests, and three ways to send them: as many as a server takes, at a fixed rate, one by one."""

import http.client
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Self

CONNECTIONS = 16
BODILESS = {b"204", b"304"}
PAUSES = """
    math.randomseed(8)
    function delay() return -math.log(1 - math.random()) * PAUSE end
    function done(summary, latency)
        io.write("percentiles ", latency:percentile(50), " ", latency:percentile(99))
    end
"""


@dataclass(frozen=True)
class Ask:
    """A request. `status`: what the answer must have, None where anything but a failure will do."""

    name: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: str | None = None
    status: int | None = 200

    def with_headers(self, status: int = 200, **headers: str) -> "Ask":
        """Return the same request with further headers; underscores stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named}, status=status)


@dataclass(frozen=True)
class Answer:
    """A response: status, headers by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, ask: Ask) -> Answer:
        """Send a request and return the answer; one with another status than it must have ends the benchmark."""
        body = None if ask.body is None else ask.body.encode()
        self.connection.request(ask.method, ask.path, body=body, headers=dict(ask.headers))
        response = self.connection.getresponse()
        answer = Answer(
            response.status, {name.lower(): value for name, value in response.headers.items()}, response.read()
        )
        if answer.status != (ask.status or answer.status) or answer.status >= 500:
            raise SystemExit(f"{ask.name}: {answer.status} instead of {ask.status}: {answer.body[:300]!r}")
        return answer


def send_each(port: int, asks: Sequence[Ask]) -> list[Answer]:
    """Send requests one after the other and return the answers."""
    client = Client(port)
    return [client.send(ask) for ask in asks]


def check_tools() -> None:
    """End with the remedy when the load generator is not installed."""
    if shutil.which("wrk") is None:
        raise SystemExit("Install what makes the load: apt-get install wrk")


def saturate(port: int, ask: Ask, seconds: float, *, connections: int = CONNECTIONS, script: str = "") -> float:
    """Send as many requests as are answered, by wrk, and return how many that were a second.

    What takes a tenth of a second keeps a worker busy on one connection, and is asked for at least ten times.
    """
    client = Client(port)
    client.send(ask)
    started = time.perf_counter()
    client.send(ask)
    took = time.perf_counter() - started
    if took > 0.1:
        connections, seconds = 1, max(seconds, 10 * took)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "requests.lua"
        file.write_text(script, encoding="utf-8")
        return _rate(_wrk(port, ask, seconds, connections, file))


@dataclass(frozen=True)
class Latencies:
    """Of a paced load, in milliseconds; `rate`: requests a second that were really sent."""

    rate: float
    p50: float
    p99: float


def pace(port: int, ask: Ask, rate: float, seconds: float, *, connections: int) -> Latencies:
    """Send about `rate` requests a second over `connections`, by wrk, each a random time after the one before it.

    Times are spread as those of callers who know nothing of one another, in steps of a millisecond. wrk counts
    what could not be sent while an answer was late as late, too.
    """
    pause = connections / rate * 1000
    with TemporaryDirectory() as folder:
        script = Path(folder) / "pauses.lua"
        script.write_text(PAUSES.replace("PAUSE", f"{pause:.3f}"), encoding="utf-8")
        said = _wrk(port, ask, seconds, connections, script)
    p50, p99 = (float(figure) / 1000 for figure in said.rpartition("percentiles ")[2].split())
    return Latencies(_rate(said), p50, p99)


def one_by_one(port: int, ask: Ask, times: int, before: Callable[[], None] | None = None) -> float:
    """Send a GET `times` times, each after `before`, and return the median of the seconds it took.

    Through a bare socket: a client that understands headers would be a good part of what is measured.
    """
    Client(port).send(ask)
    took = []
    with Connection(port) as connection:
        for _ in range(times):
            if before is not None:
                before()
            started = time.perf_counter()
            connection.send(ask)
            took.append(time.perf_counter() - started)
    return median(took)


class Connection:
    """A bare socket that is kept: it looks at no more of an answer than where it ends."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, ask: Ask) -> int:
        """Send a request, and return the status of the answer when all of it is there."""
        self.socket.sendall(_text(ask, self.port).encode())
        received = bytearray()
        while not _is_whole(received):
            block = self.socket.recv(1 << 20)
            if not block:
                raise ConnectionError(f"{ask.name}: the server has closed the connection.")
            received += block
        return int(received[9:12])


def _is_whole(received: bytearray) -> bool:
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(received[:end]).lower()
    if head[9:12] in BODILESS:
        return True
    if b"transfer-encoding: chunked" in head:
        return received.endswith(b"\r\n0\r\n\r\n")
    return len(received) - end - 4 >= int(head.partition(b"content-length:")[2].split()[0])


def _text(ask: Ask, port: int) -> str:
    length = [] if ask.body is None else [f"Content-Length: {len(ask.body.encode())}"]
    lines = [f"{ask.method} {ask.path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *length]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in ask.headers.items()), "", ask.body or ""])


def _wrk(port: int, ask: Ask, seconds: float, connections: int, script: Path, *arguments: str) -> str:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "-s", str(script)]
    for name, value in ask.headers.items():
        command += ["-H", f"{name}: {value}"]
    url = f"http://127.0.0.1:{port}{ask.path}"
    said = subprocess.run([*command, url, "--", *arguments], check=True, capture_output=True, text=True).stdout
    if "Socket errors" in said or (ask.status and "Non-2xx" in said):
        raise SystemExit(f"{ask.name} was not answered as it should be:\n{said}")
    return said


def _rate(said: str) -> float:
    return float(said.partition("Requests/sec:")[2].split()[0])
