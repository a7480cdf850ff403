"""Serving goes on while an import writes: callers write, and read lists of one generation."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.serving import ROOT, Server, serving

GENERATION = "tests.imports.generations"
CONSTANTS = "/web/v1/system/constants/countries"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own, since what is imported here is in no other test's data."""
    with serving("importing") as started:
        yield started


def during(server: Server, *command: str, act: Callable[[], None]) -> None:
    """Act again and again until the command has ended well; at least once."""
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=os.environ | server.environment)
    try:
        act()
        while process.poll() is None:
            act()
            # The import is to have the processor, too.
            time.sleep(0.02)
    finally:
        process.kill()
        status = process.wait()
    assert status == 0


@pytest.mark.parametrize(
    "command",
    [
        ("-m", GENERATION, "first"),
        pytest.param(("manage.py", "import_cities", "--cities", "500", "-v0"), marks=pytest.mark.long),
    ],
    ids=["5,000 regions", "the 500+ set"],
)
def test_a_patch_during_an_import_succeeds(server: Server, command: tuple[str, ...]) -> None:
    bearer = f"Bearer {server.demo['private_key']}"
    headers = {"Authorization": bearer, "Content_Type": "application/json", "X_Version": "v2"}
    path = f"/country/{server.demo['tenant']}/countries/DE"
    statuses = []

    def patch() -> None:
        body = json.dumps({"active": len(statuses) % 2 == 1}).encode()
        statuses.append(server.ask(path, method="PATCH", body=body, **headers).status)

    during(server, *command, act=patch)
    assert set(statuses) == {204}


def test_a_list_is_never_of_two_generations(server: Server) -> None:
    seen = []

    def read() -> None:
        answer = server.ask(CONSTANTS, X_Client_Hash="abc", X_Locale="en", Accept_Language="en", User_Agent="tests")
        assert answer.status == 200
        seen.append(re.findall(r'"(g\d) [A-Z]{2}"', answer.body.decode()))

    for number in range(2):
        during(server, "-m", GENERATION, f"g{number}", "countries", act=read)
        read()
        assert set(seen[-1]) == {f"g{number}"}
    assert {len(set(names)) for names in seen} <= {0, 1}
    assert {len(names) for names in seen} <= {0, len(seen[-1])}
