"""Subdivisions that a tenant switches off are neither listed nor valid in the other styles."""

from typing import Any

import pytest

from apps.tenants.models import Tenant
from tests.api_styles.tenant_countries.conftest import COUNTRIES, Ask, codes
from tests.factories import CityFactory, CountryFactory, SubdivisionFactory, TenantFactory, issue_key

PATH = f"{COUNTRIES}/XA/subdivisions"


@pytest.fixture(autouse=True)
def _country(tenant: Tenant) -> None:
    country = CountryFactory(code="XA", name_en="Xanadu")
    for code, name in (("XA-1", "North"), ("XA-2", "South")):
        subdivision = SubdivisionFactory(country=country, code=code, name_en=name, name_de=f"{name} (de)")
        CityFactory(
            geonameid=-(10**12) - int(code[-1]), country=country, subdivision=subdivision, name=f"City of {name}"
        )


def test_the_list_is_like_that_of_countries(ask: Ask) -> None:
    response = ask(f"{PATH}?sort=code:desc&name.de=(DE)&active=true", Accept_Language="*", X_Total_Count="true")
    assert codes(response) == ["XA-2", "XA-1"]
    assert response.headers["X-Total-Count"] == "2"
    row = response.json()[0]
    assert list(row) == ["code", "name", "active", "metadata"]
    assert row["name"] == {"en": "South", "de": "South (de)"}
    assert row["metadata"]["version"] == 1


def test_a_switch_counts_a_version_and_keeps_when_it_was_created(ask: Ask) -> None:
    before = ask(f"{PATH}/xa-1")
    assert before.headers["ETag"].startswith('"1-')
    assert ask(f"{PATH}/XA-1", "PATCH", {}).status_code == 204
    assert ask(f"{PATH}/XA-1").json() == before.json()
    assert ask(f"{PATH}/XA-1", "PATCH", {"active": False, "metadata": {"version": 1}}).status_code == 204
    after = ask(f"{PATH}/XA-1").json()
    assert (after["active"], after["metadata"]["version"]) == (False, 2)
    assert after["metadata"]["createdAt"] == before.json()["metadata"]["createdAt"]
    assert codes(ask(f"{PATH}?active=false")) == ["XA-1"]
    assert ask(f"{PATH}/XA-1", "PATCH", {"active": True, "metadata": {"version": 1}}).status_code == 409
    assert ask(f"{PATH}/XA-1", "PATCH", {"active": True}, If_Match=before.headers["ETag"]).status_code == 412


def test_many_are_switched_at_once(ask: Ask) -> None:
    items = [{"code": "XA-1", "active": False}, {"code": "XA-9", "active": False}, {"code": "PL-02", "active": False}]
    results = ask(PATH, "PATCH", items).json()
    assert [result["code"] for result in results] == [204, 404, 404]
    assert codes(ask(f"{PATH}?active=false")) == ["XA-1"]


@pytest.mark.parametrize("path", ["ZZ/subdivisions", "P%00/subdivisions", "ZZ/subdivisions/XA-1", "ZZ/names"])
def test_what_is_below_an_unknown_country_is_not_found(ask: Ask, path: str) -> None:
    response = ask(f"{COUNTRIES}/{path}")
    assert response.status_code == 404
    assert response.json()["message"] == "The country with the requested code does not exist."


@pytest.mark.parametrize("code", ["XA-9", "PL-02", "x", "%00", "XA-1%0A"])
def test_a_subdivision_of_another_country_is_not_found(ask: Ask, code: str) -> None:
    for response in (ask(f"{PATH}/{code}"), ask(f"{PATH}/{code}", "PATCH", {"active": False})):
        assert response.status_code == 404
        assert response.json()["message"] == "The subdivision with the requested code does not exist."


def test_a_plan_without_subdivisions_shows_and_switches_none(ask: Ask, tenant: Tenant) -> None:
    tenant.plan.subdivision_access = False
    tenant.plan.save()
    assert ask(PATH).json() == []
    assert ask(f"{PATH}/XA-1").status_code == 404
    assert ask(f"{PATH}/XA-1", "PATCH", {"active": False}).status_code == 404
    (result,) = ask(PATH, "PATCH", [{"code": "XA-1", "active": False}]).json()
    assert result["code"] == 404
    assert not tenant.tenant_subdivisions.exists()


def test_it_needs_the_scope(ask: Ask, tenant: Tenant) -> None:
    bearer = f"Bearer {issue_key(tenant, scopes=[])}"
    assert ask(f"{PATH}/XA-1", Authorization=bearer).status_code == 200
    assert ask(f"{PATH}/XA-1", "PATCH", {"active": False}, Authorization=bearer).status_code == 403
    assert ask(PATH, "PATCH", [{"code": "XA-1", "active": False}], Authorization=bearer).status_code == 403


def test_data_and_country_list_honour_it_for_this_tenant_alone(ask: Ask, client: Any, secret: str) -> None:
    other = issue_key(TenantFactory(code="globex"))

    def seen(key: str) -> tuple[list[str], list[str], bool]:
        headers = {"Authorization": f"Bearer {key}"}
        listed = client.get("/api/data/countries/XA/subdivisions", headers=headers).json()
        states = client.get("/v1/country/list?country=XA", headers=headers).content.decode()
        check = {"country": "XA", "code": "XA-1"}
        valid = client.post("/api/validate/subdivision", check, content_type="application/json", headers=headers)
        return (
            [row["code"] for row in listed],
            [name for name in ("North", "South") if f'"{name}"' in states],
            valid.json()["valid"],
        )

    whole = (["XA-1", "XA-2"], ["North", "South"], True)
    assert seen(secret) == seen(other) == whole
    ask(f"{PATH}/XA-1", "PATCH", {"active": False})
    assert seen(secret) == (["XA-2"], ["South"], False)
    assert seen(other) == whole
    ask(f"{PATH}/XA-1", "PATCH", {"active": True})
    assert seen(secret) == whole


@pytest.mark.parametrize("query", ["active=maybe", "code=a&code=b", "sort=bogus", "pageSize=0"])
def test_a_bad_query_is_refused_before_a_country_is_looked_for(ask: Ask, query: str) -> None:
    assert ask(f"{COUNTRIES}/XX/subdivisions?{query}").status_code == 400
