"""Slow clients, full disks, killed processes: others are answered, and nothing is half done."""

import resource
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from os import kill
from select import select
from threading import Event

import pytest
from django.db import connection

from tests.benchmarks.servers import Server as Processes
from tests.databases import database_for
from tests.serving import Server, environment_of, started, with_demo

PATIENCE_MS = 2000
THREADS = 4 * 2


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Server, Processes]]:
    """A server of two workers on a database of its own, and its processes."""
    template, demo = with_demo()
    options = ["--workers", "2", "--respawn-failed-workers", "--http1-header-read-timeout", str(PATIENCE_MS)]
    # Without it a worker accepts 512 connections, and then no others until these end.
    options += ["--backpressure", "8192"]
    with database_for("faults", template) as url, started(environment_of(url), *options) as (port, pid):
        server = Server(port, demo, environment_of(url))
        while read(server) != 200:
            time.sleep(0.1)
        yield server, Processes(port, pid)


@pytest.fixture
def server(both: tuple[Server, Processes]) -> Server:
    return both[0]


def read(server: Server) -> int:
    return server.ask("/api/data/countries", Authorization=f"Bearer {server.demo['private_key']}").status


def switch(server: Server, *, active: bool) -> int:
    headers = {"Authorization": f"Bearer {server.demo['private_key']}", "X_Version": "v2"}
    body = b'{"active": true}' if active else b'{"active": false}'
    path = f"/country/{server.demo['tenant']}/countries/PL"
    return server.ask(path, method="PATCH", body=body, Content_Type="application/json", **headers).status


def version(server: Server) -> int:
    """Return how often the tenant's row of Poland has been switched."""
    headers = {"Authorization": f"Bearer {server.demo['private_key']}", "X_Version": "v2"}
    answer = server.ask(f"/country/{server.demo['tenant']}/countries/PL", **headers)
    return int(answer.json()["metadata"]["version"])


@contextmanager
def connections(server: Server, number: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """Open connections, and send the same on each."""
    with ExitStack() as stack:
        opened = []
        for _ in range(number):
            opened.append(stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=20)))
            opened[-1].sendall(sent)
        yield opened


@pytest.mark.parametrize("number", [1_200, pytest.param(8_000, marks=pytest.mark.long)])
def test_idle_connections_keep_nobody_waiting(server: Server, number: int) -> None:
    with connections(server, number, b""):
        assert read(server) == 200


def test_bodies_and_headers_that_are_never_finished_keep_reads_and_static_files_waiting_for_nothing(
    server: Server,
) -> None:
    half = b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    half += b"Content-Length: 100\r\n\r\ngrant_type="
    with (
        connections(server, 64, b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ") as headers,
        connections(server, 64, half) as bodies,
    ):
        for _ in range(5):
            assert read(server) == 200
            assert server.ask("/static/site/swagger-ui/images/06.svg").status == 200
        # Half of each worker's threads wait for a body; who came later is told to come again.
        until = time.monotonic() + 20
        while len(refused := select(bodies, [], [], 0)[0]) < len(bodies) - THREADS // 2:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert all(each.recv(1000).startswith(b"HTTP/1.1 503 ") for each in refused)
        # Whoever comes now waits no longer: refused, or done where a replaced process has a turn left.
        assert switch(server, active=True) in {204, 503}
        # The time is up for all headers together.
        assert all(b" 200 " not in each.recv(1000) for each in headers)
    while switch(server, active=True) != 204:
        time.sleep(0.05)


@pytest.mark.once
def test_who_does_not_read_the_answer_holds_no_thread(server: Server) -> None:
    asking = b"GET /v3.1/all?fields=name,cca2 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with connections(server, 4 * THREADS, asking * 20):
        assert {read(server) for _ in range(10)} == {200}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="The disk of PostgreSQL is its server's.")
def test_on_a_full_disk_reads_go_on_and_writes_are_refused_until_there_is_room(
    both: tuple[Server, Processes],
) -> None:
    server, processes = both
    before = version(server)
    with full_disk(processes.workers()):
        assert {switch(server, active=False) for _ in range(6)} == {503}
        assert read(server) == 200
    assert version(server) == before
    assert switch(server, active=False) == 204
    assert version(server) == before + 1


@contextmanager
def full_disk(pids: list[int]) -> Iterator[None]:
    """Let no file of these processes grow, as on a disk without room."""
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    try:
        for pid, (_, hard) in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, hard))
        yield
    finally:
        for pid, limit in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


@pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.long)])
def test_a_worker_killed_among_switches_loses_none_and_is_replaced(both: tuple[Server, Processes], kills: int) -> None:
    server, processes = both
    before = version(server)
    over = Event()
    with ThreadPoolExecutor(3) as pool:
        switching = [pool.submit(switch_until, over, server) for _ in range(3)]
        try:
            for turn in range(kills):
                time.sleep(0.5 if turn == 0 else 8)
                killed = processes.workers()[turn % 2]
                kill(killed, signal.SIGKILL)
                until = time.monotonic() + 30
                while killed in processes.workers() or len(processes.workers()) < 2:
                    assert time.monotonic() < until
                    time.sleep(0.2)
        finally:
            over.set()
    sent, acknowledged = (sum(numbers) for numbers in zip(*(each.result() for each in switching), strict=True))
    assert acknowledged <= version(server) - before <= sent
    assert switch(server, active=True) == 204


def switch_until(over: Event, server: Server) -> tuple[int, int]:
    """Switch on and off; return how often it was tried, and how often it was acknowledged."""
    sent = acknowledged = 0
    while not over.is_set():
        sent += 1
        try:
            status = switch(server, active=bool(sent % 2))
        except OSError:
            # The connection of a worker that was killed.
            continue
        assert status == 204
        acknowledged += 1
    return sent, acknowledged
