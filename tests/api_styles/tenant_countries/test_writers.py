"""Many writers at once, against a running server. Long form: `pytest -m long`, 1,000 rounds."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.serving import Server, running

ROUNDS = [20, pytest.param(1000, marks=pytest.mark.long)]
WRITERS = 16


@pytest.fixture(params=ROUNDS)
def rounds(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def two_processes(server: Server) -> Iterator[Server]:
    with running(server.environment, workers=2) as port:
        yield (started := Server(port, server.demo, server.environment))
        # Others ask the same tenant.
        on = [{"code": code, "active": True} for code in ("PL", "DE", "FR", "IT", "ES")]
        assert caller(started)("", on)[0] == 207


@pytest.fixture(scope="module")
def writers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(WRITERS) as pool:
        yield pool


def caller(server: Server) -> Callable[..., tuple[int, Any]]:
    headers = {"Authorization": f"Bearer {server.demo['private_key']}", "X_Version": "v2"}

    def call(code: str, body: dict | list | None = None) -> tuple[int, Any]:
        path = f"/country/{server.demo['tenant']}/countries/{code}".rstrip("/")
        if body is None:
            answer = server.ask(path, **headers)
        else:
            answer = server.ask(
                path, method="PATCH", body=json.dumps(body).encode(), Content_Type="application/json", **headers
            )
        return answer.status, json.loads(answer.body) if answer.body else {}

    return call


def test_one_of_many_writers_of_the_same_version_wins(
    two_processes: Server, writers: ThreadPoolExecutor, rounds: int
) -> None:
    call = caller(two_processes)
    version = call("PL")[1]["metadata"]["version"]
    for turn in range(rounds):
        body = {"active": bool(turn % 2), "metadata": {"version": version}}
        statuses = Counter(status for status, _ in writers.map(lambda _, body=body: call("PL", body), range(WRITERS)))
        assert statuses == {204: 1, 409: WRITERS - 1}
        version += 1
        _, read = call("PL")
        assert (read["active"], read["metadata"]["version"]) == (bool(turn % 2), version)


def test_no_unconditional_switch_is_lost(two_processes: Server, writers: ThreadPoolExecutor, rounds: int) -> None:
    call = caller(two_processes)
    before = call("DE")[1]["metadata"]["version"]
    total = rounds * 10
    statuses = Counter(
        status for status, _ in writers.map(lambda turn: call("DE", {"active": turn % 2 == 0}), range(total))
    )
    assert set(statuses) <= {204, 503}
    assert call("DE")[1]["metadata"]["version"] == before + statuses[204]


def test_no_switch_waits_for_one_that_waits_for_it(
    two_processes: Server, writers: ThreadPoolExecutor, rounds: int
) -> None:
    call = caller(two_processes)
    codes = ("FR", "IT", "ES")
    before = {code: call(code)[1]["metadata"]["version"] for code in codes}

    def switch(turn: int) -> tuple[int, Any]:
        active = turn % 2 == 0
        if turn % 3:
            return call(codes[turn % 3], {"active": active})
        order = codes if active else codes[::-1]
        return call("", [{"code": code, "active": active} for code in order])

    answers = list(writers.map(switch, range(rounds * 12)))
    assert {status for status, _ in answers} <= {204, 207}
    assert {result["code"] for _, body in answers for result in body or ()} == {204}
    after = {code: call(code)[1]["metadata"]["version"] for code in codes}
    bulk = rounds * 4
    assert after == {"FR": before["FR"] + bulk, "IT": before["IT"] + 2 * bulk, "ES": before["ES"] + 2 * bulk}
