"""A PostgreSQL that ends sessions, restarts or freezes under a running server: 200 or 503, soon, and 200 afterwards."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection

from tests.clusters import ACCOUNT, Cluster, primary, programs
from tests.serving import Answer, Server, running

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is a file."),
    pytest.mark.skipif(programs() is None, reason="The programs of a PostgreSQL server are not installed."),
]

# More than the server has threads.
AT_ONCE = 8
# Each is waited for: until it has ended, a session goes on answering.
END_SESSIONS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = 'gazetteer' AND pid <> pg_backend_pid()
"""
Asking = Callable[[Server], Answer]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of its own, which these tests end, restart and stop."""
    with primary() as started:
        yield started


@pytest.fixture(scope="module")
def server(cluster: Cluster) -> Iterator[Server]:
    """A server on it, with the demo."""
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATABASE_URL": f"{cluster.url}/gazetteer"}
    demo = cluster.take_demo()
    with running(environment) as port:
        yield Server(port, demo, environment)


def warm(server: Server) -> Answer:
    return server.ask("/api/data/countries", Authorization=f"Bearer {server.demo['private_key']}")


def cold(server: Server) -> Answer:
    headers = {"Authorization": f"Bearer {server.demo['private_key']}", "X_Version": "v2"}
    return server.ask(f"/country/{server.demo['tenant']}/countries?q={time.monotonic_ns()}", **headers)


def patch(server: Server, *, active: bool = True) -> Answer:
    headers = {"Authorization": f"Bearer {server.demo['private_key']}", "X_Version": "v2"}
    path = f"/country/{server.demo['tenant']}/countries/PL"
    body = json.dumps({"active": active}).encode()
    return server.ask(path, method="PATCH", body=body, Content_Type="application/json", **headers)


def version(server: Server) -> int:
    """Return how often the tenant's row of Poland has been switched."""
    headers = {"Authorization": f"Bearer {server.demo['private_key']}", "X_Version": "v2"}
    return int(server.ask(f"/country/{server.demo['tenant']}/countries/PL", **headers).json()["metadata"]["version"])


def token(server: Server) -> Answer:
    form = {name: server.demo[name] for name in ("client_id", "client_secret")}
    body = urlencode(form | {"grant_type": "client_credentials"}).encode()
    return server.ask("/oauth/token", method="POST", body=body, Content_Type="application/x-www-form-urlencoded")


def page(server: Server) -> Answer:
    return server.ask("/admin/login/", Cookie="sessionid=0123456789abcdefghijklmnopqrstuv")


ASKINGS = pytest.mark.parametrize("asking", [warm, cold, patch, token, page], ids=lambda asking: asking.__name__)


def everywhere(server: Server, asking: Asking) -> list[Answer]:
    """Ask in every thread of the server."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda _: asking(server), range(AT_ONCE)))


def is_well(answer: Answer) -> bool:
    return answer.status in {200, 204}


def is_refused(answer: Answer) -> bool:
    return answer.status == 503 and int(answer.headers["retry-after"]) > 0


def until_well(server: Server, asking: Asking) -> None:
    deadline = time.monotonic() + 30
    while not all(map(is_well, everywhere(server, asking))):
        assert time.monotonic() < deadline, "The server does not recover."
        time.sleep(0.1)


@contextmanager
def frozen(cluster: Cluster) -> Iterator[None]:
    """Stop every process of the cluster where it stands."""
    assert cluster.process is not None
    parent = cluster.process.pid
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=True)
    processes = [parent, *map(int, children.stdout.split())]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in reversed(processes):
            os.kill(process, signal.SIGCONT)


@ASKINGS
def test_after_its_sessions_were_ended_the_next_request_of_every_thread_is_answered(server, cluster, asking):
    until_well(server, asking)
    cluster.ask(END_SESSIONS)
    answers = everywhere(server, asking)
    assert all(is_well(answer) or is_refused(answer) for answer in answers), [answer.status for answer in answers]
    assert all(map(is_well, everywhere(server, asking)))


def test_a_session_that_was_ended_costs_a_reader_nothing(server, cluster):
    until_well(server, warm)
    cluster.ask(END_SESSIONS)
    assert [answer.status for answer in everywhere(server, warm)] == [200] * AT_ONCE


@ASKINGS
def test_a_server_that_is_away_is_a_503_until_it_is_back(server, cluster, asking):
    until_well(server, asking)
    cluster.stop()
    try:
        assert all(map(is_refused, everywhere(server, asking)))
    finally:
        cluster.start()
    until_well(server, asking)


@ASKINGS
def test_a_frozen_server_is_a_503_and_holds_up_nothing_else(server, cluster, asking):
    until_well(server, asking)
    with frozen(cluster):
        answers = everywhere(server, asking)
        assert all(map(is_refused, answers)), [answer.status for answer in answers]
        assert server.ask("/static/admin/css/base.css").status == 200
    until_well(server, asking)


def test_the_back_office_says_so_in_a_page(server, cluster):
    cluster.stop()
    try:
        answer = page(server)
    finally:
        cluster.start()
    assert (answer.status, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert b"The database does not answer" in answer.body
    until_well(server, page)


def test_a_server_that_takes_no_writes_is_a_503_to_writers_alone(server, cluster):
    everywhere(server, warm)
    cluster.ask("ALTER SYSTEM SET default_transaction_read_only = on")
    cluster.ask("SELECT pg_reload_conf()")
    try:
        # Sessions that are there already, as those beside which somebody mends the database.
        time.sleep(0.5)
        assert is_refused(patch(server))
        assert warm(server).status == 200
    finally:
        options = "?options=-c%20default_transaction_read_only%3Doff"
        cluster.ask("ALTER SYSTEM RESET default_transaction_read_only", database=f"postgres{options}")
        cluster.ask("SELECT pg_reload_conf()")
    time.sleep(0.5)
    assert patch(server).status == 204


# Each switch writes to both.
SWITCHED = ("geography_tenantcountry", "auditlog_logentry")


@contextmanager
def small_disk(cluster: Cluster) -> Iterator[Path]:
    """Let what a switch writes to lie on a disk of 16 MB, and yield its folder."""
    folder = cluster.folder.with_name("small")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("Only root may have a disk of its own, and not everywhere.")
    try:
        shutil.chown(folder, ACCOUNT["user"])
        cluster.ask(f"CREATE TABLESPACE small LOCATION '{folder}'")
        try:
            for table in SWITCHED:
                cluster.ask(f"ALTER TABLE {table} SET TABLESPACE small", database="gazetteer")
            yield folder
        finally:
            for table in SWITCHED:
                cluster.ask(f"ALTER TABLE {table} SET TABLESPACE pg_default", database="gazetteer")
            cluster.ask("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Leave a disk no room."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        ballast.unlink()


def test_a_full_disk_of_its_server_is_a_503_to_writers_alone_and_loses_nothing(server, cluster):
    until_well(server, patch)
    before = version(server)
    with small_disk(cluster) as folder:
        with filled(folder):
            # The first find room in pages that are there.
            answers = [patch(server, active=bool(turn % 2)) for turn in range(100)]
            refused = [answer for answer in answers if answer.status != 204]
            assert refused
            assert all(map(is_refused, refused)), {answer.status for answer in refused}
            assert refused[0].json()["code"] == 503
            assert {cold(server).status, warm(server).status} == {200}
            switched = version(server)
            assert before < switched <= before + len(answers) - len(refused)
        assert patch(server, active=False).status == 204
        assert patch(server).status == 204
        assert version(server) > switched
