"""/livez and /readyz: what balancers ask."""

import pytest
from django.db import OperationalError, connection

from apps.operations import middleware, readiness
from apps.operations.middleware import Readiness
from tests.places import leave

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget(monkeypatch):
    monkeypatch.setattr(middleware, "_readiness", Readiness())


def test_a_process_lives_without_a_database_at_any_host(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/livez", headers={"host": "10.0.0.5:8000"})
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})
    assert answer["Cache-Control"] == "no-store"


def test_all_that_an_answer_needs_is_ready(client):
    answer = client.get("/readyz", headers={"host": "10.0.0.5:8000"})
    parts = dict.fromkeys(("database", "migrations", "triggers", "data"), "ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "parts": parts})


def test_it_costs_few_queries_and_none_within_a_second(
    client, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(8):
        client.get("/readyz")
    with django_assert_num_queries(0):
        client.get("/readyz")


@pytest.mark.once
def test_what_is_not_ready_is_503_and_named(client):
    leave(cities=[])
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["parts"]["data"] == "no cities"
    assert int(answer["Retry-After"]) > 0


def test_a_database_that_does_not_answer_is_503_without_a_word_of_where_it_is(client, monkeypatch):
    def refuse() -> str:
        raise OperationalError("connection to server at db.internal failed for user gazetteer")

    monkeypatch.setattr(readiness, "PARTS", {**readiness.PARTS, "database": refuse})
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {
        "database": "does not answer", "migrations": "not looked at",
        "triggers": "not looked at", "data": "not looked at",
    }  # fmt: skip
    assert b"db.internal" not in answer.content


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_they_are_read_and_not_written(client, path):
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200
    assert connection.is_usable()
