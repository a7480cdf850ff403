"""How much was asked is added up by hour, style, status and credential, and is never in the way."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from apps.api_keys.models import RequestCount
from apps.operations import usage
from apps.operations.observation import Note
from apps.operations.usage import Usage

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def note(style: str = "data", status: int = 200, key: str | None = "one", at: datetime = NOW) -> Note:
    return Note(at.timestamp(), 0.001, status, "GET", "/", "id", style, "acme" if key else None, key)


def counted() -> set[tuple[str, int, str, str, int]]:
    return set(RequestCount.objects.values_list("style", "status", "tenant", "credential_id", "number"))


@pytest.fixture
def count() -> Usage:
    return Usage(every=3600)


def test_requests_are_added_to_what_other_processes_have_written(count):
    count([note(), note(), note(status=404), note("rest_countries", key=None)])
    count.write()
    Usage(every=3600).write()
    other = Usage(every=3600)
    other([note(), note(at=NOW - timedelta(hours=2))])
    other.write()
    assert counted() == {
        ("data", 200, "acme", "one", 3),
        ("data", 200, "acme", "one", 1),
        ("data", 404, "acme", "one", 1),
        ("rest_countries", 200, "", "", 1),
    }
    hours = RequestCount.objects.values_list("hour", flat=True)
    assert {(hour.minute, hour.second, hour.tzinfo) for hour in hours} == {(0, 0, UTC)}


def test_pages_and_what_nobody_answers_are_not_counted(count):
    count([note(style) for style in ("back_office", "static", "site", "operations", "none")])
    count.write()
    assert counted() == set()


def test_a_database_that_does_not_answer_gets_the_sums_later(count, monkeypatch, caplog):
    def fail(sums: object) -> None:
        raise OperationalError

    count([note()])
    with monkeypatch.context() as broken:
        broken.setattr(usage, "_add", fail)
        count.write()
    assert "not recorded yet: OperationalError" in caplog.text
    count([note()])
    count.write()
    assert counted() == {("data", 200, "acme", "one", 2)}


def test_what_is_older_than_three_months_goes(count):
    RequestCount.objects.create(hour=NOW - timedelta(days=91), style="data", status=200, number=7)
    count([note()])
    count.write()
    assert counted() == {("data", 200, "acme", "one", 1)}


def test_a_thread_of_its_own_writes_when_it_is_time(monkeypatch):
    written: list[str] = []
    monkeypatch.setattr(usage, "Thread", lambda target, name, daemon: written.append(name) or _Nothing())
    early, due = Usage(every=3600), Usage(every=0)
    early([note()])
    assert written == []
    due([note()])
    assert written == ["usage"]
    # Not when the tests end.
    for each in (early, due):
        each.write()


class _Nothing:
    def start(self) -> None:
        """Start nothing."""
