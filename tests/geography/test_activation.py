"""What tenants switch and name."""

import pytest

from apps.geography.models import Country, Region, Subdivision, TenantCountry, TenantCountryName, TenantSubdivision
from apps.geography.names.languages import fallbacks
from apps.revisions import numbers
from apps.tenants.models import Tenant
from tests.factories import CountryFactory, SubdivisionFactory, TenantFactory


@pytest.fixture
def country(tenant: Tenant) -> Country:
    return CountryFactory(code="XA", name_en="Xanadu", name_de="Xanadu (de)")


def label(language: str, tenant: Tenant | None = None) -> str:
    rows = Country.objects.filter(pk="XA").labelled(fallbacks(language), tenant=tenant)
    return rows.values_list("label", flat=True).get()


def test_a_tenants_name_precedes_ours_in_its_language_alone(tenant: Tenant, country: Country) -> None:
    TenantCountryName.objects.rename(tenant, "XA", {"en": "Arcadia", "pl": "Arkadia"})
    assert label("en", tenant) == "Arcadia"
    assert label("pl", tenant) == "Arkadia"
    assert label("de", tenant) == "Xanadu (de)"
    assert label("fr", tenant) == "Arcadia"
    assert label("en") == label("en", TenantFactory()) == "Xanadu"


def test_a_tenants_names_do_not_double_rows(tenant: Tenant, country: Country) -> None:
    TenantCountryName.objects.rename(tenant, "XA", {"en": "a", "de": "b", "pl": "c", "fr": "d"})
    TenantCountryName.objects.rename(TenantFactory(), "XA", {"en": "e", "de": "f"})
    assert Country.objects.active_for(tenant).filter(pk="XA").labelled(fallbacks("de"), tenant=tenant).count() == 1


def test_a_related_country_has_the_tenants_name_too(tenant: Tenant, country: Country) -> None:
    SubdivisionFactory(country=country, code="XA-1")
    TenantCountryName.objects.rename(tenant, "XA", {"en": "Arcadia"})
    rows = Subdivision.objects.filter(code="XA-1").labelled(["en"], "country__", tenant=tenant)
    assert rows.values_list("country_label", flat=True).get() == "Arcadia"


def test_a_row_is_switched_at_its_version_only(tenant: Tenant, country: Country) -> None:
    row = TenantCountry.objects.get(tenant=tenant, country="XA")
    assert TenantCountry.objects.switch_row(row, active=False)
    assert not TenantCountry.objects.switch_row(row, active=True)
    row.refresh_from_db()
    assert (row.active, row.version) == (False, 2)


def test_a_subdivision_without_a_row_is_active_at_version_1(tenant: Tenant, country: Country) -> None:
    SubdivisionFactory(country=country, code="XA-1")
    mine = Subdivision.objects.assigned_to(tenant).filter(code="XA-1").values_list("active", "version")
    assert list(mine) == [(True, 1)]
    rows = TenantSubdivision.objects.to_switch(tenant, ["XA-1", "XA-9"])
    assert list(rows) == ["XA-1"]
    rows["XA-1"].__class__.objects.switch_row(rows["XA-1"], active=False)
    assert list(mine.all()) == [(False, 2)]
    assert not Subdivision.objects.active_for(tenant).filter(code="XA-1").exists()
    assert Subdivision.objects.active_for(TenantFactory()).filter(code="XA-1").exists()


def test_a_switched_subdivision_moves_the_revision_of_its_tenant_alone(tenant: Tenant, country: Country) -> None:
    SubdivisionFactory(country=country, code="XA-1")
    mine, other = f"tenant:{tenant.pk}", f"tenant:{TenantFactory().pk}"
    before = numbers.current(mine, other, "data")
    row = TenantSubdivision.objects.to_switch(tenant, ["XA-1"])["XA-1"]
    TenantSubdivision.objects.switch_row(row, active=False)
    after = numbers.current(mine, other, "data")
    assert after[mine] > before[mine]
    assert (after[other], after["data"]) == (before[other], before["data"])


def test_an_edit_of_a_region_counts_a_version(db: None) -> None:
    region = Region.objects.create(code="DACH", name_en="DACH")
    assert region.version == 1
    region.name_en = "Germany, Austria, Switzerland"
    region.save()
    region.refresh_from_db()
    assert region.version == 2
