"""Many who write to SQLite at once, after somebody else's lock: nobody is turned away, and no read waits for them."""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from urllib.parse import urlencode

import environ
import pytest
from django.db import connection

from apps.revisions.sqlite3.announced import long_write
from tests.serving import Answer, Server, serving

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, and lets others write.")

AT_ONCE = 12
ROUNDS = 20


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own, whose database these tests lock."""
    with serving("writers") as started:
        yield started


@contextmanager
def locked(server: Server, announced: AbstractContextManager[None] | None = None) -> Iterator[None]:
    """Hold the lock of all writers, as a shell does, or as an import that has announced itself."""
    name = environ.Env.db_url_config(server.environment["DATABASE_URL"])["NAME"]
    other = sqlite3.connect(name, isolation_level=None, timeout=10)
    try:
        with announced or nullcontext():
            other.execute("BEGIN IMMEDIATE")
            yield
            other.rollback()
    finally:
        other.close()


def ask_for_token(server: Server, _turn: int = 0) -> Answer:
    form = {name: server.demo[name] for name in ("client_id", "client_secret")}
    body = urlencode(form | {"grant_type": "client_credentials"}).encode()
    return server.ask("/oauth/token", method="POST", body=body, Content_Type="application/x-www-form-urlencoded")


def patch(server: Server, turn: int) -> Answer:
    headers = {"Authorization": f"Bearer {server.demo['private_key']}", "X_Version": "v2"}
    body = b'{"active": true}' if turn % 2 else b'{"active": false}'
    path = f"/country/{server.demo['tenant']}/countries/PL"
    return server.ask(path, method="PATCH", body=body, Content_Type="application/json", **headers)


def read(server: Server) -> Answer:
    return server.ask("/api/data/countries", Authorization=f"Bearer {server.demo['private_key']}")


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(10_000 // AT_ONCE + 1, marks=pytest.mark.long)])
def test_after_others_have_waited_in_vain_nobody_who_writes_is_turned_away(server: Server, rounds: int) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        with locked(server):
            refused = list(pool.map(lambda turn: ask_for_token(server, turn), range(3)))
        assert {answer.status for answer in refused} == {503}
        assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
        answers = pool.map(lambda turn: patch(server, turn), range(rounds * AT_ONCE))
        assert Counter(answer.status for answer in answers) == {204: rounds * AT_ONCE}


def test_reads_are_answered_while_all_who_write_wait(server: Server) -> None:
    assert read(server).status == 200
    with ThreadPoolExecutor(AT_ONCE) as pool:
        with locked(server):
            waiting: list[Future[Answer]] = [pool.submit(patch, server, turn) for turn in range(AT_ONCE)]
            assert {read(server).status for _ in range(20)} == {200}
            still = [patching for patching in waiting if not patching.done()]
            assert still, "Nobody was left to wait."
        statuses = {patching.result().status for patching in waiting}
    assert {patching.result().status for patching in still} == {204}
    assert statuses <= {204, 503}


def test_two_who_write_beside_an_import_wait_for_it_and_others_are_told_when_to_come_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = environ.Env.db_url_config(server.environment["DATABASE_URL"])["NAME"]
    monkeypatch.setitem(connection.settings_dict, "NAME", name)
    with ThreadPoolExecutor(AT_ONCE) as pool, locked(server, long_write()):
        waiting = [pool.submit(patch, server, turn) for turn in range(4)]
        # Longer than anybody waits for a lock that nobody has announced.
        time.sleep(11.5)
        refused = [patching.result() for patching in waiting if patching.done()]
        assert [(answer.status, answer.headers["retry-after"]) for answer in refused] == [(503, "30")] * 2
        assert read(server).status == 200
    assert sorted(patching.result().status for patching in waiting) == [204, 204, 503, 503]
