"""What a tenant switches and names is its own."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.geography.models import TenantCountry, TenantCountryName, TenantSubdivision
from apps.geography.models.activation import await_turn
from apps.tenants.models import Tenant
from tests.factories import CountryFactory, SubdivisionFactory, TenantFactory


@pytest.fixture
def other(db: None) -> Tenant:
    """Another tenant, which comes after three countries."""
    for code in ("XA", "XB", "XC"):
        CountryFactory(code=code)
    return TenantFactory()


def test_countries_to_switch_are_those_asked_for_of_this_tenant(tenant: Tenant, other: Tenant) -> None:
    CountryFactory(code="XD", withdrawn_on="2026-01-01")
    TenantCountry.objects.filter(tenant=other).switch(False)
    rows = TenantCountry.objects.to_switch(tenant, ["XA", "XB", "XD", "XX"])
    assert sorted(rows) == ["XA", "XB"]
    assert {(row.tenant_id, row.active) for row in rows.values()} == {(tenant.pk, True)}


def test_subdivisions_to_switch_are_those_of_this_tenant_as_they_are(tenant: Tenant, other: Tenant) -> None:
    for number in (1, 2, 3):
        SubdivisionFactory(country_id="XA", code=f"XA-{number}")
    theirs = TenantSubdivision.objects.to_switch(other, ["XA-1", "XA-3"])
    mine = TenantSubdivision.objects.to_switch(tenant, ["XA-1", "XA-2"])
    TenantSubdivision.objects.filter(pk=mine["XA-1"].pk).switch(False)
    TenantSubdivision.objects.to_switch(tenant, ["XA-3"])
    theirs |= TenantSubdivision.objects.to_switch(other, ["XA-2"])
    again = TenantSubdivision.objects.to_switch(tenant, ["XA-1", "XA-2"])
    assert {code: (row.pk, row.active, row.version) for code, row in again.items()} == {
        "XA-1": (mine["XA-1"].pk, False, 2),
        "XA-2": (mine["XA-2"].pk, True, 1),
    }
    assert not {row.pk for row in theirs.values()} & {row.pk for row in mine.values()}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_switches_of_a_tenant_wait_for_one_another_at_the_tenant_first(tenant: Tenant, other: Tenant) -> None:
    with CaptureQueriesContext(connection) as queries:
        TenantCountry.objects.to_switch(tenant, ["XA"])
        await_turn(tenant)
    countries, turn = (query["sql"] for query in queries)
    assert countries.endswith('FOR NO KEY UPDATE OF "tenants_tenant", "geography_tenantcountry"')
    assert turn.endswith("FOR NO KEY UPDATE")


def test_a_switch_is_dated(tenant: Tenant, other: Tenant) -> None:
    rows = TenantCountry.objects.filter(tenant=tenant, country="XA")
    rows.update(modified_at=datetime(2020, 1, 1, tzinfo=UTC))
    rows.switch(False)
    assert timezone.now() - rows.get().modified_at < timedelta(minutes=1)
    assert rows.switch(True) == 1
    assert rows.get().version == 3


def test_a_tenant_names_a_country_in_the_languages_that_it_gives_and_nothing_else(
    tenant: Tenant, other: Tenant
) -> None:
    names = TenantCountryName.objects
    names.rename(other, "XA", {"en": "theirs", "de": "ihres"})
    names.rename(tenant, "XB", {"en": "another"})
    names.rename(tenant, "XA", {"pl": "nasz", "en": "ours", "de": "unseres"})
    names.rename(tenant, "XA", {"en": "ours again", "de": None})
    assert list(names.texts(tenant, "XA").items()) == [("en", "ours again"), ("pl", "nasz")]
    assert names.texts(tenant, "XB") == {"en": "another"}
    assert list(names.texts(other, "XA").items()) == [("de", "ihres"), ("en", "theirs")]
