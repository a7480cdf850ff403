"""Warm answers count against limits."""

import re

import pytest

from apps.tenants.models import Plan
from tests.api.answers.front.asking import BY_CREDENTIAL
from tests.factories import issue_key

# Each test chooses for itself whether an answer is warm.
pytestmark = [pytest.mark.once, pytest.mark.counted, pytest.mark.django_db]


def left(response) -> int:
    return int(re.search(r";r=([0-9]+)", response.headers["RateLimit"])[1])


def test_every_request_counts_once_however_it_is_answered(ask, tenant, fresh_counters):
    Plan.objects.filter(pk=tenant.plan_id).update(requests_per_minute=100)
    tag = ask("data countries").headers["ETag"]
    responses = [
        ask("data countries"),
        ask("data countries", method="HEAD"),
        ask("data countries", If_None_Match=tag),
        ask("data countries", Accept_Encoding="gzip"),
        ask("data countries", Accept_Language="fr"),
        ask("data countries", path="/api/data/countries?country_name_source=x"),
        ask("data countries", path="/api/data/countries/ZZ/subdivisions"),
        ask("data countries"),
    ]
    assert [left(response) for response in responses] == list(range(98, 90, -1))
    assert [response.is_warm for response in responses] == [True] * 4 + [False] * 3 + [True]


@pytest.mark.parametrize("name", BY_CREDENTIAL)
def test_of_warm_requests_exactly_the_limit_is_let_through(ask, tenant, fresh_counters, name):
    assert ask(name).status_code == 200
    Plan.objects.filter(pk=tenant.plan_id).update(requests_per_minute=5)
    assert [ask(name).status_code for _ in range(8)] == [200] * 5 + [429] * 3


def test_a_refused_request_costs_nothing_of_the_month(ask, tenant, fresh_counters):
    Plan.objects.filter(pk=tenant.plan_id).update(monthly_quota=100)
    limited = f"Bearer {issue_key(tenant, requests_per_minute=2)}"
    statuses = [ask("data countries", Authorization=limited).status_code for _ in range(6)]
    assert statuses == [200, 200, 429, 429, 429, 429]
    assert left(ask("data countries")) == 97


def test_a_429_of_a_warm_answer_has_the_shape_of_its_style(ask, tenant, settings, fresh_counters, style):
    assert ask(style).status_code == 200
    Plan.objects.filter(pk=tenant.plan_id).update(requests_per_minute=0)
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"anonymous": 0}
    response = ask(style)
    assert response.status_code == 429
    assert not response.is_warm
    assert int(response.headers["Retry-After"]) >= 1
    assert response.headers["Content-Type"] == "application/json"
    assert {"constants": "success", "countries": "status"}.get(style, "error") in response.json()


def test_who_shows_no_credential_is_limited_by_address(ask, settings, fresh_counters):
    assert ask("constants").status_code == 200
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"anonymous": 2}
    here, elsewhere = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
    assert [ask("constants", environ=here).status_code for _ in range(3)] == [200, 200, 429]
    assert ask("constants", environ=elsewhere).status_code == 200


def test_a_refusal_that_the_front_has_found_counts_once(ask, tenant, fresh_counters):
    Plan.objects.filter(pk=tenant.plan_id).update(requests_per_minute=100)
    paths = [f"/api/data/countries{query}" for query in ("?country_name_source=x", "", "?country_name_source=x")]
    assert [left(ask("data countries", path=path)) for path in paths] == [99, 98, 97]
