"""A writer commits at every step of a reader: no body is ever kept under revisions that are not those of its data."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock, Thread

import pytest
from auditlog.models import LogEntry
from django.db import connection, connections, transaction

from apps.api.answers.store import Store, store
from apps.api.views import StyleView
from apps.api_keys.models import ApiKey
from apps.geography.models import Country, TenantCountry, TenantCountryName
from apps.geography.search import index
from apps.revisions import numbers
from apps.tenants.models import Plan, Tenant
from tests.factories import TenantFactory, issue_key
from tests.front import FrontClient

pytestmark = pytest.mark.counted

CONSTANTS = {"X-Client-Hash": "abc", "X-LOCALE": "de", "User-Agent": "tests", "Accept-Language": "de"}
PATHS = {
    "constants": "/web/v1/system/constants/countries",
    "data": "/api/data/countries",
    "country_list": "/v1/country/list?country=PL",
    "tenant list": "/country/interleaved/countries?pageSize=300",
    "tenant item": "/country/interleaved/countries/PL",
}
WRITTEN = re.compile(rb"Polen ([0-9]+)")
WAIT_SECONDS = 30


class Writer:
    """Renames Poland, each time with a higher number, in transactions of its own, and knows what was when."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.count = 0
        self.number_at: dict[tuple[int, int], int] = {}

    def write(self) -> None:
        """Commit the next name."""
        self.count += 1
        with transaction.atomic():
            self.rename(f"Polen {self.count}")
            now = numbers.read_now(self.tenant.pk)
            self.number_at[now.data, now.tenant] = self.count

    def rename(self, name: str) -> None:
        """Rename Poland."""
        raise NotImplementedError

    def commit(self) -> None:
        """Write in another thread, and so by another connection, and wait for it."""
        with ThreadPoolExecutor(1) as pool:
            pool.submit(self._write_and_leave).result(WAIT_SECONDS)

    def _write_and_leave(self) -> None:
        try:
            self.write()
        finally:
            connections.close_all()


class WriterForEverybody(Writer):
    """Moves the revision of the data."""

    def rename(self, name: str) -> None:
        Country.objects.filter(code="PL").update(name_de=name)


class WriterForTheTenant(Writer):
    """Moves the revision of the tenant."""

    def rename(self, name: str) -> None:
        TenantCountryName.objects.rename(self.tenant, "PL", {"de": name})


@pytest.fixture
def tenant(django_db_setup, django_db_blocker) -> Iterator[Tenant]:
    """A tenant that every connection sees: nothing here is rolled back."""
    with django_db_blocker.unblock():
        before = Country.objects.values_list("name_de", flat=True).get(code="PL")
        entries = set(LogEntry.objects.values_list("pk", flat=True))
        tenant = TenantFactory(code="interleaved", languages=["en", "de"])
        yield tenant
        Country.objects.filter(code="PL").update(name_de=before)
        ApiKey.objects.filter(tenant=tenant).delete()
        Tenant.objects.filter(pk=tenant.pk).delete()
        Plan.objects.filter(pk=tenant.plan_id).delete()
        LogEntry.objects.exclude(pk__in=entries).delete()
        # Else every later search of this process reads Poland from the tables.
        index.refresh()
        connections.close_all()


@pytest.fixture(params=[WriterForEverybody, WriterForTheTenant])
def writer(request, tenant) -> Writer:
    writer = request.param(tenant)
    writer.write()
    return writer


@pytest.fixture
def ask(tenant, settings) -> Callable[[str], bytes]:
    """Ask by way of the store and return the body; no other tenant's share is at stake."""
    settings.THREADS_PER_TENANT = len(PATHS) + 1
    bearer = {"Authorization": f"Bearer {issue_key(tenant)}", "X-Version": "v2", "Accept-Language": "de"}

    def get(style: str) -> bytes:
        headers = CONSTANTS | {"X-Workspace-Id": tenant.workspace_id} if style == "constants" else bearer
        response = FrontClient().get(PATHS[style], headers=headers)
        assert response.status_code == 200, response.content
        return response.content

    return get


class Steps:
    """Counts what a request does, and lets something happen before the step of its turn."""

    def __init__(self, turn: int, action: Callable[[], None]) -> None:
        self.turn, self.action = turn, action
        self.count = 0
        self._is_acting = False

    def step(self) -> None:
        if self._is_acting:
            return
        if self.count == self.turn:
            self._is_acting = True
            self.action()
            self._is_acting = False
        self.count += 1

    def around(self, function):
        """Return a function that steps before and after."""

        def stepping(*args, **kwargs):
            self.step()
            try:
                return function(*args, **kwargs)
            finally:
                self.step()

        return stepping

    def execute(self, execute, *statement):
        """Step before each statement of Django's cursors."""
        self.step()
        return execute(*statement)


def stepped(monkeypatch, turn: int, action: Callable[[], None], request: Callable[[], bytes]) -> tuple[bytes, int]:
    """Make a request with an action at a step; return its body and how many steps it had."""
    steps = Steps(turn, action)
    with monkeypatch.context() as patch, connection.execute_wrapper(steps.execute):
        for owner, name in (
            (numbers, "recent"),
            (numbers, "read_now"),
            (StyleView, "build"),
            (Store, "get"),
            (Store, "_put"),
        ):
            patch.setattr(owner, name, steps.around(getattr(owner, name)))
        body = request()
    return body, steps.count


def number_in(body: bytes) -> int:
    return int(WRITTEN.search(body)[1])


def check_store(writer: Writer) -> None:
    """Whatever is kept shows what was there at the revisions that it is kept under."""
    with store._lock:
        entries = [e for share in store._shares.values() for part in (share.once, share.again) for e in part.values()]
    for entry in entries:
        expected = writer.number_at[entry.revisions.data, entry.revisions.tenant]
        assert number_in(entry.representation.body("identity")) == expected


@pytest.mark.django_db
def test_this_is_no_database_of_an_operator():
    # Also pytest-django's reason to make one: the other tests here ask for none, since they roll nothing back.
    assert "test" in connection.settings_dict["NAME"]


@pytest.mark.parametrize("is_warm", [False, True], ids=["cold", "warm"])
@pytest.mark.parametrize("style", PATHS)
def test_a_commit_at_any_step_leaves_no_body_under_another_revision(writer, ask, monkeypatch, style, is_warm):
    ask(style)
    turn, steps = 0, 1
    while turn < steps:
        if not is_warm:
            store.clear()
        before = writer.count
        body, steps = stepped(monkeypatch, turn, writer.commit, lambda: ask(style))
        assert number_in(body) in {before, writer.count}
        check_store(writer)
        # Whoever begins after the commit sees it, and so do those after him.
        assert [number_in(ask(style)) for _ in range(2)] == [writer.count] * 2
        check_store(writer)
        turn += 1
    assert steps >= (3 if is_warm else 10)


@pytest.mark.parametrize("style", PATHS)
def test_a_write_that_is_rolled_back_is_never_shown(writer, ask, monkeypatch, style):
    def write_and_roll_back() -> None:
        with transaction.atomic():
            writer.rename("Polen 999")
            is_written.set()
            may_end.wait(WAIT_SECONDS)
            transaction.set_rollback(True)

    def in_a_thread() -> None:
        write_and_roll_back()
        connections.close_all()

    is_written, may_end = Event(), Event()
    kept = ask(style)
    other = Thread(target=in_a_thread)
    other.start()
    assert is_written.wait(WAIT_SECONDS)
    while_open = ask(style)
    store.clear()
    built_while_open = ask(style)
    may_end.set()
    other.join(WAIT_SECONDS)
    answers = [kept, while_open, built_while_open, ask(style)]
    assert {number_in(answer) for answer in answers} == {writer.count}
    check_store(writer)


def test_who_asks_after_a_commit_waits_for_no_older_answer(writer, ask, monkeypatch):
    """One builds, a writer commits, another asks the same: he gets the new answer, which stays."""
    is_building, may_end = Event(), Event()
    build = StyleView.build

    def slowly(view, key):
        representation = build(view, key)
        if not is_building.is_set():
            is_building.set()
            assert may_end.wait(WAIT_SECONDS)
        return representation

    def ask_and_leave() -> int:
        try:
            return number_in(ask("data"))
        finally:
            connections.close_all()

    monkeypatch.setattr(StyleView, "build", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask_and_leave)
        assert is_building.wait(WAIT_SECONDS)
        writer.commit()
        second = pool.submit(ask_and_leave)
        may_end.set()
        assert first.result(WAIT_SECONDS) == writer.count - 1
        assert second.result(WAIT_SECONDS) == writer.count
    check_store(writer)
    assert number_in(ask("data")) == writer.count


def test_readers_and_a_writer_at_full_speed_leave_nothing_wrong(writer, ask):
    """Four read while one writes: each sees at least what was committed when he began, and never goes back."""
    wrong, is_over, lock = [], Event(), Lock()
    committed = [writer.count]

    def read(style: str) -> int:
        count = 0
        try:
            while not is_over.is_set():
                least = committed[0]
                number = number_in(ask(style))
                if number < least:
                    with lock:
                        wrong.append((style, number, least))
                count += 1
        finally:
            connections.close_all()
        return count

    styles = ["constants", "data", "country_list", "tenant item"]
    with ThreadPoolExecutor(len(styles)) as pool:
        readers = [pool.submit(read, style) for style in styles]
        try:
            for _ in range(30):
                writer.write()
                committed[0] = writer.count
                check_store(writer)
        finally:
            is_over.set()
        assert min(reader.result(WAIT_SECONDS) for reader in readers) > 0
    assert not wrong
    check_store(writer)


def test_a_switch_that_is_committed_while_a_list_is_read_is_not_torn(tenant, ask, monkeypatch):
    """A list and what is beside it come from one moment: Poland is in both or in neither."""

    def switch() -> None:
        def write() -> None:
            rows = TenantCountry.objects.filter(tenant=tenant, country="PL")
            rows.update(active=not rows.get().active)
            connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(write).result(WAIT_SECONDS)

    ask("tenant item")
    turn, steps = 0, 1
    while turn < steps:
        store.clear()
        _, steps = stepped(monkeypatch, turn, switch, lambda: ask("tenant item"))
        active = TenantCountry.objects.get(tenant=tenant, country="PL").active
        assert (b'"active":true' in ask("tenant item")) is active
        assert (b'"PL"' in ask("data")) is active
        turn += 1
