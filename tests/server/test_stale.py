"""What is committed, by whatever way, the next request to any process shows, in every style that shows it.

Four processes serve one database, and others read all the time, so that answers are being built while they change.
Long form: `pytest -m long tests/server/test_stale.py`, 2,000 edits.
"""

import http.client
import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import cycle, product
from threading import Event
from typing import Any

import psycopg
import pytest

from tests.server.staff import Staff
from tests.serving import ROOT, Server, running

PROCESSES = 4
EDITS = [20, pytest.param(2000, marks=pytest.mark.long)]
CONSTANTS = {"X-Client-Hash": "a", "X-LOCALE": "en", "User-Agent": "tests"}

# Updates by querysets, one a line: a model, what to choose, what to set.
EDITOR = """
import json, sys
import django
django.setup()
from django.apps import apps
for line in sys.stdin:
    model, chosen, values = json.loads(line)
    print(apps.get_model(model).objects.filter(**chosen).update(**values), flush=True)
"""

Value = bool | str


@dataclass(frozen=True)
class Read:
    """A request that shows a fact; `shown` finds it in the status and the body."""

    path: str
    headers: dict[str, str]
    shown: Callable[[int, Any], Value | None]


@dataclass
class Fact:
    """Something that changes: how it is written in each way, and where it shows."""

    name: str
    value: Value
    next_value: Callable[[Value, int], Value]
    writers: dict[str, Callable[[Value], None]]
    reads: list[Read]


@dataclass
class Process:
    """A kept-alive connection to one process, and the entity tag it last got for each request."""

    connection: http.client.HTTPConnection
    tags: dict[tuple[str, str], str] = field(default_factory=dict)

    def get(self, read: Read, tag: str = "") -> tuple[int, str, bytes]:
        """Return status, entity tag and body."""
        headers = read.headers | ({"If-None-Match": tag} if tag else {})
        self.connection.request("GET", read.path, headers=headers)
        response = self.connection.getresponse()
        return response.status, response.headers.get("ETag", ""), response.read()

    def check(self, reads: list[Read], expected: Value) -> Counter[str]:
        """Ask with the tags of before; count what is not as expected."""
        wrong: Counter[str] = Counter()
        for read in reads:
            name = (read.path, read.headers.get("Accept-Language", ""))
            status, tag, body = self.get(read, self.tags.get(name, ""))
            if status == 304:
                # What is asked for has changed, and its tag has not.
                wrong[f"304 {read.path}"] += 1
                continue
            if read.shown(status, json.loads(body)) != expected:
                wrong[f"stale {read.path}"] += 1
            self.tags[name] = tag
            if tag and self.get(read, tag)[0] != 304:
                wrong[f"no 304 {read.path}"] += 1
        return wrong


@contextmanager
def connected(port: int) -> Iterator[Process]:
    """Yield a connection of its own to a process."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        yield Process(connection)


@pytest.fixture(scope="module")
def processes(server: Server) -> Iterator[list[Process]]:
    """Four server processes over one database."""
    with ExitStack() as stack:
        ports = [stack.enter_context(running(server.environment)) for _ in range(PROCESSES)]
        yield [stack.enter_context(connected(port)) for port in ports]


@pytest.fixture
def execute(server: Server) -> Iterator[Callable[[str], Any]]:
    """A connection that commits each statement, as psql would: no code of ours is told."""
    url = server.environment["DATABASE_URL"]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20, isolation_level=None)) as connection:
            yield connection.execute
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection.execute


@pytest.fixture
def update(server: Server) -> Iterator[Callable[..., None]]:
    """`queryset.update()` in a process of its own."""
    command, environment = [sys.executable, "-c", EDITOR], os.environ | server.environment
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as editor:

        def edit(model: str, chosen: dict[str, Any], **values: Value) -> None:
            editor.stdin.write(json.dumps([model, chosen, values]) + "\n")
            editor.stdin.flush()
            assert editor.stdout.readline().strip() == "1"

        yield edit
        editor.stdin.close()


@pytest.fixture
def staff(server: Server) -> Iterator[Staff]:
    """Somebody in the back office."""
    with Staff(server) as somebody:
        yield somebody


@pytest.fixture
def patch(server: Server) -> Callable[[str, dict[str, Any]], None]:
    """A change by the tenant API."""

    def change(path: str, body: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {server.demo['private_key']}", "X_Version": "v2"}
        answer = server.ask(
            f"/country/{server.demo['tenant']}{path}",
            method="PATCH",
            body=json.dumps(body).encode(),
            Content_Type="application/json",
            **headers,
        )
        assert answer.status == 204, answer.body

    return change


def lists(find: Callable[[Any], list[Any]], code: str = "code") -> Callable[[int, Any], bool]:
    """Find whether Poland is in a list."""
    return lambda status, body: any(row[code] == "PL" for row in find(body))


def names(find: Callable[[Any], list[Any]], name: str, code: str = "code") -> Callable[[int, Any], str | None]:
    """Find Poland's name in a list."""
    return lambda status, body: next((row[name] for row in find(body) if row[code] == "PL"), None)


def everything(body: Any) -> list[Any]:
    return body


def data(body: Any) -> list[Any]:
    return body["data"]


def countries(body: Any) -> list[Any]:
    return body.get("data", {}).get("countries", [])


@pytest.fixture
def facts(server, execute, update, staff, patch) -> Iterator[list[Fact]]:
    """A country that the tenant switches, its name in German for everybody, and the tenant's own name in English."""
    tenant = server.demo["tenant"]
    private = {"Authorization": f"Bearer {server.demo['private_key']}", "X-Version": "v2"}
    public = {"X-API-KEY": server.demo["public_key"]}
    workspace = CONSTANTS | {"X-Workspace-Id": server.demo["workspace_id"]}
    constants = "/web/v1/system/constants/countries"
    of_tenant = f"tenant_id = (SELECT id FROM tenants_tenant WHERE code = '{tenant}')"  # noqa: S608

    def staff_switch(value: Value) -> None:
        page = f"/admin/geography/tenantcountry/?tenant__id__exact={tenant_id}&q=Poland"
        staff.submit(page, "changelist-form", _save="Save", **{"form-0-active": "on" if value else None})

    def staff_names(value: Value) -> None:
        staff.submit("/admin/geography/country/PL/change/", "country_form", name_de=str(value))

    def staff_renames(value: Value) -> None:
        query = f"SELECT id FROM geography_tenantcountryname WHERE {of_tenant} AND country_id = 'PL'"  # noqa: S608
        (row,) = execute(query).fetchone()
        staff.submit(f"/admin/geography/tenantcountryname/{row}/change/", "tenantcountryname_form", name=str(value))

    def sql(table: str, assignment: str, where: str) -> Callable[[Value], None]:
        def write(value: Value) -> None:
            literal = str(value).lower() if isinstance(value, bool) else f"'{value}'"
            execute(f"UPDATE {table} SET {assignment} = {literal} WHERE {where}")  # noqa: S608

        return write

    def named(headers: dict[str, str], language: str, constants_headers: dict[str, str]) -> list[Read]:
        spoken = {"Accept-Language": language}
        return [
            Read("/api/data/countries", headers | spoken, names(everything, "name", "iso_alpha_2")),
            Read(constants, constants_headers | spoken, names(data, "label")),
            Read("/v1/country/list?country=PL", headers | spoken, names(countries, "name")),
            Read(f"/country/{tenant}/countries/PL", headers | spoken, lambda _, body: body["name"].get(language)),
        ]

    (tenant_id,) = execute(f"SELECT id FROM tenants_tenant WHERE code = '{tenant}'").fetchone()  # noqa: S608
    patch("/countries/PL/names", {"en": "Poland 0"})
    yield [
        Fact(
            "switch",
            True,
            lambda value, turn: not value,
            {
                "staff": staff_switch,
                "API": lambda value: patch("/countries/PL", {"active": value}),
                "update": lambda value: update(
                    "geography.TenantCountry", {"tenant": tenant_id, "country": "PL"}, active=value
                ),
                "SQL": sql("geography_tenantcountry", "active", f"{of_tenant} AND country_id = 'PL'"),
            },
            [
                Read("/api/data/countries", private, lists(everything, "iso_alpha_2")),
                Read("/api/countries", public, lists(everything, "iso_alpha_2")),
                Read(constants, workspace | {"Accept-Language": "en"}, lists(data)),
                Read("/v1/country/list?country=PL", private, lambda status, body: status == 200),
                Read(f"/country/{tenant}/countries/PL", private, lambda status, body: body["active"]),
            ],
        ),
        Fact(
            "name",
            "Polen",
            lambda value, turn: f"Polen {turn}",
            {
                "staff": staff_names,
                "update": lambda value: update("geography.Country", {"code": "PL"}, name_de=value),
                "SQL": sql("geography_country", "name_de", "code = 'PL'"),
            },
            named(private, "de", CONSTANTS),
        ),
        Fact(
            "own name",
            "Poland 0",
            lambda value, turn: f"Poland {turn}",
            {
                "staff": staff_renames,
                "API": lambda value: patch("/countries/PL/names", {"en": value}),
                "update": lambda value: update(
                    "geography.TenantCountryName", {"tenant": tenant_id, "country": "PL"}, name=value
                ),
                "SQL": sql("geography_tenantcountryname", "name", f"{of_tenant} AND country_id = 'PL'"),
            },
            named(private, "en", workspace),
        ),
    ]
    patch("/countries/PL", {"active": True})
    patch("/countries/PL/names", {"en": None})
    execute("UPDATE geography_country SET name_de = 'Polen' WHERE code = 'PL'")


@contextmanager
def others_reading(processes: list[Process], facts: list[Fact]) -> Iterator[None]:
    """Ask every process for everything, again and again."""
    is_over = Event()

    def ask() -> None:
        reads = [read for fact in facts for read in fact.reads]
        with ExitStack() as stack:
            own = [stack.enter_context(connected(process.connection.port)) for process in processes]
            for read, process in cycle(product(reads, own)):
                if is_over.is_set():
                    return
                process.get(read)

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask)
        try:
            yield
        finally:
            is_over.set()
        asking.result()


@pytest.mark.parametrize("edits", EDITS)
def test_no_answer_is_stale_after_an_edit_by_any_way(server, processes, facts, edits):
    ways = [(fact, way) for fact in facts for way in fact.writers]
    wrong: Counter[str] = Counter()
    done: Counter[str] = Counter()
    with ThreadPoolExecutor(PROCESSES) as pool, others_reading(processes, facts):
        for turn in range(edits):
            fact, way = ways[turn % len(ways)]
            if fact.name != "switch" and not facts[0].value:
                # Of what is switched off, no name is shown.
                facts[0].value = True
                facts[0].writers["SQL"](True)
            fact.value = fact.next_value(fact.value, turn + 1)
            fact.writers[way](fact.value)
            done[way] += 1
            for found in pool.map(lambda process, fact=fact: process.check(fact.reads, fact.value), processes):
                wrong.update({f"{way} of {fact.name}: {what}": count for what, count in found.items()})
    assert not wrong
    assert min(done.values()) >= edits // len(ways)
