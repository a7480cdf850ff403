"""Many switches in one request."""

from typing import Any

import pytest
from auditlog.models import LogEntry

from apps.geography.models import TenantCountry
from apps.tenants.models import Tenant
from tests.api_styles.tenant_countries.conftest import COUNTRIES, Ask
from tests.factories import TenantFactory, issue_key


def states(tenant: str = "acme") -> dict[str, tuple[bool, int]]:
    rows = TenantCountry.objects.filter(tenant__code=tenant)
    return {code: (active, version) for code, active, version in rows.values_list("country", "active", "version")}


def bulk(ask: Ask, items: Any, query: str = "") -> list[int]:
    response = ask(f"{COUNTRIES}{query}", "PATCH", items)
    assert response.status_code == 207, response.content
    return [result["code"] for result in response.json()]


def test_each_item_has_its_own_result(ask: Ask) -> None:
    items = [
        {"code": "PL", "active": False},
        {"code": "de", "active": True, "metadata": {"version": 1}},
        {"code": "FR", "active": False, "metadata": {"version": 7}},
        {"code": "ZZ", "active": False},
        {"code": "IT", "active": "no"},
        {"code": "PL", "active": True},
        {"code": "ES", "metadata": {"version": 1}},
        {"active": True},
        "SE",
    ]
    response = ask(COUNTRIES, "PATCH", items)
    results = response.json()
    assert response.status_code == 207
    assert [result["code"] for result in results] == [204, 204, 409, 404, 400, 400, 204, 400, 400]
    assert [result["index"] for result in results] == list(range(9))
    assert [result["id"] for result in results] == ["PL", "DE", "FR", "ZZ", "IT", "PL", "ES", "", ""]
    assert results[0] == {"index": 0, "id": "PL", "status": "No Content", "code": 204}
    assert results[3]["entityId"] == "ZZ"
    after = states()
    assert (after["PL"], after["DE"], after["FR"], after["ES"]) == ((False, 2), (True, 2), (True, 1), (True, 1))
    assert {entry.object_repr for entry in LogEntry.objects.all()} == {"PL of acme", "DE of acme"}


def test_atomic_means_all_or_nothing(ask: Ask) -> None:
    before = states()
    items = [{"code": "PL", "active": False}, {"code": "FR", "active": False, "metadata": {"version": 7}}]
    assert bulk(ask, items, "?atomic=true") == [424, 409]
    assert (states(), LogEntry.objects.count()) == (before, 0)
    assert bulk(ask, items[:1], "?atomic=true") == [204]
    assert states()["PL"] == (False, 2)


def test_every_country_can_be_switched_at_once_in_few_queries(ask: Ask, django_assert_max_num_queries) -> None:
    items = [{"code": code, "active": False} for code in sorted(states())]
    # One conditional UPDATE each; credential, rows, turn, log, savepoint.
    with django_assert_max_num_queries(len(items) + 12):
        assert set(bulk(ask, items)) == {204}
    assert set(states().values()) == {(False, 2)}


def test_other_tenants_keep_theirs(ask: Ask) -> None:
    TenantFactory(code="globex")
    before = states("globex")
    bulk(ask, [{"code": "PL", "active": False}])
    assert states("globex") == before


@pytest.mark.parametrize("items", [[], {}, {"code": "PL", "active": False}, None, [{"code": "PL"}] * 301])
def test_what_is_not_a_list_of_1_to_300_is_refused(ask: Ask, items: Any) -> None:
    assert ask(COUNTRIES, "PATCH", items).status_code == 400


def test_a_list_has_no_version_that_if_match_could_name(ask: Ask) -> None:
    items = [{"code": "PL", "active": False}]
    assert ask(COUNTRIES, "PATCH", items, If_Match='"1-00"').status_code == 412
    assert ask(COUNTRIES, "PATCH", items, If_Match="*").status_code == 207


def test_atomic_is_true_or_false(ask: Ask) -> None:
    assert ask(f"{COUNTRIES}?atomic=maybe", "PATCH", [{"code": "PL", "active": False}]).status_code == 400


def test_it_needs_the_scope(ask: Ask, tenant: Tenant) -> None:
    bearer = f"Bearer {issue_key(tenant, scopes=[])}"
    assert ask(COUNTRIES, "PATCH", [{"code": "PL", "active": False}], Authorization=bearer).status_code == 403
