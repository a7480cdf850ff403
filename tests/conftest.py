"""Fixtures that tests of every app use."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from functools import cache as cache_of_calls
from pathlib import Path
from typing import Any

import environ
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import TestCase
from django.test import client as test_client

from apps.api import views
from apps.api.answers.store import store
from apps.geography.names import city_naming
from apps.geography.search import scope
from apps.geography.sources import pinned
from apps.geography.sources.cities import catalogues as city_catalogues
from apps.geography.sources.cities import names as city_names
from apps.geography.sources.cities import placement
from apps.geography.sources.pinned import fixture
from apps.geography.sources.subdivisions import names as subdivision_names
from apps.imports.files import source
from apps.revisions import numbers
from apps.site import holdings
from apps.tenants.models import Tenant
from tests.databases import database_for, with_data
from tests.factories import TenantFactory, issue_key
from tests.front import MODES, FrontClient
from tests.serving import Server, serving

# The revision at which every test finds the real data.
FIRST: dict[str, int] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the whole suite run with every answer out of the store, or without a store."""
    parser.addoption("--store", choices=MODES, default="natural")


def pytest_sessionstart() -> None:
    """Let Python look for cycles a tenth as often: it would walk the thousands of tests, which stay, each time."""
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files whose tests wait for processes of their own together, so that none is left when all else is done.

    On SQLite they come first, on PostgreSQL amid the others: tests/run.py runs both halves beside one another, and the
    processes of one are enough.
    """
    waiting = {"server", "database", "databases"}
    items.sort(key=lambda item: waiting.isdisjoint(getattr(item, "fixturenames", ())))
    if connection.vendor == "postgresql":
        others = [item for item in items if waiting.isdisjoint(getattr(item, "fixturenames", ()))]
        middle = len(others) // 2
        items[:] = [*others[:middle], *items[: len(items) - len(others)], *others[middle:]]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Give each process a copy of the real data: every test sees it, each in a transaction of its own."""
    with database_for("tests", with_data()) as url:
        connection.settings_dict["NAME"] = environ.Env.db_url_config(url)["NAME"]
        with django_db_blocker.unblock():
            FIRST.update(numbers.current("data"))
        yield
        with django_db_blocker.unblock():
            connections.close_all()


@pytest.fixture(autouse=True, scope="session")
def _foreign_keys_once() -> Iterator[None]:
    """Leave the check of foreign keys after each test to PostgreSQL: SQLite would look at every city each time."""
    if connection.vendor != "sqlite":
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestCase, "_should_check_constraints", lambda self, connection: False)
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_context_of_widgets() -> Iterator[None]:
    """Keep no copy of what each of the 500 widgets of a page was rendered with: nobody looks at it."""
    store_rendered_templates = test_client.store_rendered_templates

    def store_pages(*arguments: Any, template: Any, **named: Any) -> None:
        if not str(template.name).startswith("django/forms/"):
            store_rendered_templates(*arguments, template=template, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test_client, "store_rendered_templates", store_pages)
        yield


@pytest.fixture(autouse=True, scope="session")
def _names_of_subdivisions_once() -> Iterator[None]:
    """Read what the packages and the fixtures call subdivisions once, and not for each import of them."""
    names, known = subdivision_names.names, {}

    def remembered(redirects: dict[str, str]) -> subdivision_names.TextsByCode:
        key = tuple(redirects.items())
        if key not in known:
            known[key] = names(redirects)
        return {code: dict(texts) for code, texts in known[key].items()}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subdivision_names, "names", remembered)
        yield


@pytest.fixture(autouse=True, scope="session")
def _fixtures_once() -> Iterator[None]:
    """Read each large file of fixtures once, and not for each import of cities."""
    read, known = source.read_tsv, {}
    load = placement.load
    places = cache_of_calls(lambda *systems: load())
    names = city_catalogues.names
    all_names = cache_of_calls(lambda: names(range(-(2**63), 2**63)))

    def remembered(path: Path, *columns: str) -> Iterable[list[str]]:
        if fixture("") not in path.parents:
            return read(path, *columns)
        if path not in known:
            known[path] = list(read(path, *columns))
        return known[path]

    with pytest.MonkeyPatch.context() as patch:
        for reader in (city_catalogues, city_names):
            patch.setattr(reader, "read_tsv", remembered)
        patch.setattr(city_catalogues, "spellings", cache_of_calls(city_catalogues.spellings))
        patch.setattr(
            city_catalogues, "names", lambda cities: {one: all_names()[one] for one in all_names().keys() & cities}
        )
        patch.setattr(placement, "load", lambda: places(*settings.SUBDIVISION_SYSTEMS))
        patch.setattr(pinned, "checksum", cache_of_calls(pinned.checksum))
        yield


@pytest.fixture(autouse=True, scope="session")
def _all_countries_held() -> Iterator[None]:
    """Let a process keep the names of every country's cities, and not of the last few alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(city_naming, "COUNTRIES", 300)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def _is_counted(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("counted") is not None


def _mode(request: pytest.FixtureRequest) -> str:
    return "natural" if _is_counted(request) else request.config.getoption("--store")


@pytest.fixture(autouse=True)
def _empty_store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests roll back, and revisions with them: what one has stored may look current to another.
    store.clear()
    views._asked.clear()
    for country, (revision, _) in list(city_naming._held.items()):
        # A test that counts begins without any, and those at a revision that a test made are its own.
        if revision != FIRST["data"] or _is_counted(request):
            del city_naming._held[country]
    scope.forget()
    holdings.forget()
    if _mode(request) == "off":
        monkeypatch.setattr(store, "max_bytes", 0)


@pytest.fixture
def client(request: pytest.FixtureRequest) -> FrontClient:
    """A client of the service, by way of the store."""
    return FrontClient(_mode(request))


@pytest.fixture(scope="module")
def for_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """In this, fixtures write what all tests of a module begin with: each test undoes its own, and the last one all."""
    whole = transaction.atomic()
    with django_db_blocker.unblock():
        whole.__enter__()
    yield django_db_blocker.unblock
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture(scope="module")
def _acme(for_module: Callable[[], AbstractContextManager[None]]) -> Tenant:
    with for_module():
        return TenantFactory(code="acme", languages=["en", "de", "pl"])


@pytest.fixture
def tenant(db: None, _acme: Tenant) -> Tenant:
    """A tenant with a plan that includes everything."""
    return deepcopy(_acme)


@pytest.fixture
def secret(tenant: Tenant) -> str:
    """A private key of the tenant."""
    return issue_key(tenant)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running server with a database of its own."""
    with serving("server") as started:
        yield started
