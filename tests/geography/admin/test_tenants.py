"""What each tenant shows of subdivisions, and what it calls countries, in the back office."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.geography.models import Country, Subdivision, TenantCountryName, TenantSubdivision
from apps.tenants.models import Tenant
from tests.factories import TenantFactory

SUBDIVISIONS = reverse("admin:geography_tenantsubdivision_changelist")
ADD_SUBDIVISION = reverse("admin:geography_tenantsubdivision_add")
ADD_NAME = reverse("admin:geography_tenantcountryname_add")


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def california(tenant: Tenant) -> Subdivision:
    return Subdivision.objects.get(code="US-CA")


def shows(tenant: Tenant, subdivision: Subdivision) -> bool:
    return Subdivision.objects.active_for(tenant).filter(pk=subdivision.pk).exists()


def add(staff: Client, tenant: Tenant, subdivision: Subdivision, **fields: Any) -> Any:
    return staff.post(ADD_SUBDIVISION, {"tenant": tenant.pk, "subdivision": subdivision.pk, **fields})


def test_staff_hide_a_subdivision_from_one_tenant(staff, tenant, california):
    assert add(staff, tenant, california).status_code == 302
    assert not shows(tenant, california)
    assert shows(TenantFactory(), california)
    row = TenantSubdivision.objects.get()
    assert (row.active, row.version) == (False, 2), "a switch counts, as the API's does"


def test_a_row_added_as_active_counts_no_switch(staff, tenant, california):
    add(staff, tenant, california, active="on", **{"initial-active": ""})
    assert TenantSubdivision.objects.values_list("active", "version").get() == (True, 1)


def test_a_subdivision_stands_once(staff, tenant, california):
    add(staff, tenant, california)
    assert add(staff, tenant, california).context["errors"]
    assert TenantSubdivision.objects.count() == 1


def test_a_subdivision_is_shown_again_by_an_action(staff, tenant, california):
    add(staff, tenant, california)
    row = TenantSubdivision.objects.get()
    staff.post(SUBDIVISIONS, {"action": "switch_on", "_selected_action": [row.pk], "confirmed": "yes"})
    assert shows(tenant, california)
    row.refresh_from_db()
    assert row.version == 3


def test_switches_of_subdivisions_are_not_deleted(staff, tenant, california):
    add(staff, tenant, california)
    url = reverse("admin:geography_tenantsubdivision_delete", args=[TenantSubdivision.objects.get().pk])
    assert staff.post(url, {"post": "yes"}).status_code == 403


def test_staff_name_a_country_for_one_tenant(staff, tenant):
    sent = {"tenant": tenant.pk, "country": "TW", "language": "en", "name": "Chinese Taipei"}
    assert staff.post(ADD_NAME, sent).status_code == 302
    assert TenantCountryName.objects.texts(tenant, "TW") == {"en": "Chinese Taipei"}
    labels = {
        owner.code: Country.objects.filter(pk="TW").labelled(["en"], tenant=owner).values_list("label", flat=True).get()
        for owner in (tenant, TenantFactory(code="globex"))
    }
    assert labels == {"acme": "Chinese Taipei", "globex": "Taiwan"}


@pytest.mark.parametrize("wrong", [{"name": ""}, {"language": "xx"}, {"country": "XX"}], ids=str)
def test_a_wrong_name_is_not_stored(wrong, staff, tenant):
    sent = {"tenant": tenant.pk, "country": "TW", "language": "en", "name": "Chinese Taipei"} | wrong
    assert staff.post(ADD_NAME, sent).context["errors"]
    assert not TenantCountryName.objects.exists()


@pytest.mark.parametrize("name", ["tenantsubdivision", "tenantcountryname"])
def test_lists_load_in_a_handful_of_queries(name, staff, tenant, django_assert_max_num_queries):
    for code in ("US-CA", "US-NY", "US-TX"):
        TenantSubdivision.objects.create(tenant=tenant, subdivision=Subdivision.objects.get(code=code))
    for code in ("PL", "FR", "TW"):
        TenantCountryName.objects.create(tenant=tenant, country_id=code, language="en", name=code)
    # Session, user, a count or two, the rows, and the tenants of the filter; what is sorted by name takes one more.
    with django_assert_max_num_queries(8) as queries:
        response = staff.get(reverse(f"admin:geography_{name}_changelist"))
    assert len(response.context["cl"].result_list) == 3
    assert not any("name_sv" in query["sql"] for query in queries.captured_queries), "loads all translations"
