"""Shares: what one tenant keeps busy leaves room for the others."""

import json
from threading import Barrier, Thread

import pytest

from apps.api.limits import throttling
from apps.api.limits.throttling import Shares
from apps.api_styles.data import views
from tests.factories import TenantFactory, issue_key

CODES = [f"Q{number:03}" for number in range(300)]


@pytest.fixture
def shares(monkeypatch):
    """What every view goes by, with nothing in hand."""
    fresh = Shares()
    monkeypatch.setattr("apps.api.views.shares", fresh)
    return fresh


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(throttling, "monotonic", lambda: now[0])
    return now


def validate(client, secret, codes, **headers):
    body = json.dumps({"code": codes, "suggest": True})
    return client.post(
        "/api/validate/country",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", **headers},
    )


def test_of_many_threads_as_many_as_the_share_get_a_place():
    fresh, barrier, taken = Shares(), Barrier(8), []

    def take():
        barrier.wait()
        taken.append(fresh.take("holder", 3))

    threads = [Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(True) == 3
    fresh.give_back("holder")
    assert fresh.take("holder", 3)


def test_a_tenant_alone_may_have_all_threads_and_beside_others_its_share(clock, settings):
    settings.THREADS_PER_TENANT = 2
    fresh = Shares()
    fresh.note(1)
    assert [fresh.take_thread(1) for _ in range(4)] == [True] * 4
    for _ in range(4):
        fresh.give_back(1)
    fresh.note(2)
    fresh.note(1)
    fresh.note(1)
    assert [fresh.take_thread(1) for _ in range(4)] == [True, True, False, False]
    clock[0] += throttling.PRESENCE_SECONDS
    fresh.note(1)
    assert fresh.take_thread(1)


def test_a_place_that_is_given_back_while_one_waits_is_taken(settings, monkeypatch):
    settings.THREADS_PER_TENANT = 1
    fresh = Shares()
    fresh.note(1)
    fresh.note(2)
    assert fresh.take_thread(1)
    waits = []
    monkeypatch.setattr(throttling, "sleep", lambda seconds: (waits.append(seconds), fresh.give_back(1)))
    assert fresh.take_thread(1)
    assert waits == [throttling.PAUSE_SECONDS]


def test_who_has_its_share_in_hand_is_429_in_the_shape_of_its_style(client, tenant, secret, shares, settings):
    settings.THREADS_PER_TENANT = 1
    other = issue_key(TenantFactory(plan=tenant.plan))
    assert validate(client, other, "XX").status_code == 422
    shares.take(tenant.pk, 1)
    answer = validate(client, secret, "XX")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 4
    assert set(answer.json()) == {"error", "message"}
    assert validate(client, other, "XX").status_code == 422
    shares.give_back(tenant.pk)
    assert validate(client, secret, "XX").status_code == 422


@pytest.mark.parametrize("codes", [CODES, CODES[:30]], ids=["in front of Django", "when it is read"])
def test_of_dear_requests_a_tenant_has_one_in_hand(client, tenant, secret, shares, codes):
    other = issue_key(TenantFactory(plan=tenant.plan))
    shares.take(("dear", tenant.pk), 1)
    answer = validate(client, secret, codes, **{"X-Request-Id": "abc"})
    assert answer.is_warm is (codes is CODES)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 4
    assert answer.headers["X-Request-Id"] == "abc"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer.headers["Vary"]
    assert set(answer.json()) == {"error", "message"}
    assert validate(client, other, codes).status_code == 200
    assert validate(client, secret, "XX").status_code == 422
    shares.give_back(("dear", tenant.pk))
    assert validate(client, secret, codes).status_code == 200


def test_places_are_given_back_however_a_request_ends(client, tenant, secret, shares, monkeypatch):
    assert validate(client, secret, CODES).status_code == 200
    monkeypatch.setattr(views.codes, "countries", lambda *arguments, **options: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        validate(client, secret, CODES)
    assert not shares._in_hand


def test_wrong_requests_are_refused_for_what_is_wrong_also_while_the_tenant_is_busy(client, tenant, secret, shares):
    shares.take(("dear", tenant.pk), 1)
    assert validate(client, "gaz_sk_wrong", CODES).status_code == 401
