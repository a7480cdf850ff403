"""Faults in front of Django are logged, and Django answers."""

import logging
import time

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError

from apps.api.answers import front
from apps.api.answers.store import store
from apps.revisions import numbers
from tests.api.answers.front.asking import lasting

# Each test chooses for itself whether an answer is warm.
pytestmark = [pytest.mark.once, pytest.mark.counted, pytest.mark.django_db]


def test_a_bug_in_front_of_django_is_logged_and_django_answers(warm, monkeypatch, style, caplog):
    def fail(*args):
        raise ZeroDivisionError("the inside")

    expected = warm(style)
    monkeypatch.setattr(front, "_recalled", fail)
    with caplog.at_level(logging.ERROR, "gazetteer.api"):
        response = warm(style)
    assert (response.status_code, response.is_warm) == (200, False)
    assert lasting(response) == lasting(expected)
    assert "A warm answer failed." in caplog.text


def test_a_pooler_that_gives_another_session_is_no_bug_in_front_of_django(warm, monkeypatch, style, caplog):
    def fail(*args):
        raise ProgrammingError("prepared statement already exists") from psycopg.errors.DuplicatePreparedStatement()

    warm(style)
    monkeypatch.setattr(front, "_recalled", fail)
    with caplog.at_level(logging.ERROR, "gazetteer.api"):
        assert warm(style).status_code == 200
    assert not caplog.records


@pytest.mark.both
def test_without_a_database_nothing_is_answered_from_memory(warm, ask, monkeypatch, style):
    def fail(*args, **kwargs):
        raise OperationalError("server closed the connection")

    assert warm(style).is_warm
    with monkeypatch.context() as patch:
        patch.setattr(numbers, "read_now", fail)
        response = ask(style)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) >= 1
    assert response.headers["Content-Type"] == "application/json"
    assert b"connection" not in response.content
    assert ask(style).is_warm


class Connection:
    """As much of a connection to a database as is looked at between requests."""

    def __init__(self, close_at: float | None = None, *, errors_occurred: bool = False, in_atomic_block: bool = False):
        self.close_at, self.errors_occurred, self.in_atomic_block = close_at, errors_occurred, in_atomic_block
        self.is_renewed = False

    def close_if_unusable_or_obsolete(self) -> None:
        self.is_renewed = True


@pytest.mark.both
@pytest.mark.parametrize(
    ("connection", "is_renewed"),
    [
        (Connection(close_at=0.0), True),
        (Connection(close_at=time.monotonic() + 1000), False),
        (Connection(), False),
        (Connection(errors_occurred=True), True),
        (Connection(close_at=0.0, in_atomic_block=True), False),
    ],
    ids=["old", "young", "kept for ever", "broken", "in a transaction"],
)
def test_a_connection_is_renewed_in_front_of_django_when_it_is_old_or_broken(monkeypatch, connection, is_renewed):
    monkeypatch.setattr(front, "connections", {"default": connection})
    front._renew_connection()
    assert connection.is_renewed is is_renewed


@pytest.mark.both
def test_warm_answers_have_their_connection_renewed(warm, ask, style, monkeypatch):
    """Django would do it, but does not see them."""
    renewed = []
    assert warm(style).is_warm
    monkeypatch.setattr(front, "_renew_connection", lambda: renewed.append(True))
    assert ask(style).is_warm
    assert renewed


def test_the_store_can_be_switched_off(ask, monkeypatch, style):
    monkeypatch.setattr(store, "max_bytes", 0)
    assert [ask(style).is_warm for _ in range(2)] == [False, False]
    assert len(store) == 0
