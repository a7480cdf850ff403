"""The page of what one tenant shows: a region off in three clicks, back in one; others' switches are left alone."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from apps.geography.models import Country, TenantCountry
from apps.tenants.models import StaffReach, Tenant
from tests.factories import TenantFactory


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


def page(tenant: Tenant) -> str:
    return reverse("admin:geography_tenantcountry_of", args=[tenant.pk])


def off(tenant: Tenant) -> set[str]:
    return set(TenantCountry.objects.filter(tenant=tenant, active=False).values_list("country", flat=True))


def button(response: Any) -> str:
    return response.content.decode().partition('formaction="')[2].partition('"')[0]


def shown(response: Any) -> list[str]:
    return [row.country_id for row in response.context["rows"]]


def test_a_region_goes_off_with_a_question_and_comes_back_by_one_click(staff, tenant):
    url = f"{page(tenant)}?region=Oceania"
    found = shown(staff.get(url))
    assert 12 <= len(found) < 100
    asked = staff.post(url, {"all": "off"})
    assert (asked.context["before"], asked.context["after"]) == (250, 250 - len(found))
    assert off(tenant) == set()
    done = staff.post(url, {"all": "off", "confirmed": asked.context["count"]}, follow=True)
    assert off(tenant) == set(found)
    assert Country.objects.active_for(tenant).count() == 250 - len(found)
    assert f"<strong>{250 - len(found)} of 250</strong>" in done.content.decode()
    staff.post(button(done), follow=True)
    assert off(tenant) == set()


def test_only_what_was_moved_is_switched(staff, tenant):
    TenantCountry.objects.filter(tenant=tenant, country="DE").switch(active=False)
    # A page from before that: Germany was on, and was left alone.
    staff.post(page(tenant), {"save": "Save", "shown": ["DE", "PL"], "was": ["DE", "PL"], "active": ["DE"]})
    assert off(tenant) == {"DE", "PL"}


def test_it_asks_again_where_it_would_switch_another_number(staff, tenant):
    response = staff.post(f"{page(tenant)}?region=Oceania", {"all": "off", "confirmed": "1"})
    assert response.status_code == 200
    assert off(tenant) == set()


def test_a_copy_of_another_tenant_shows_first_what_it_would_switch(staff, tenant):
    other = TenantFactory(code="other")
    TenantCountry.objects.filter(tenant=other, country__in=["PL", "DE"]).switch(active=False)
    TenantCountry.objects.filter(tenant=tenant, country="FR").switch(active=False)
    assert shown(staff.get(page(tenant), {"unlike": other.pk})) == ["FR", "DE", "PL"]
    preview = staff.post(page(tenant), {"copy": other.pk})
    assert [country.pk for country in preview.context["off"]] == ["DE", "PL"]
    assert [country.pk for country in preview.context["on"]] == ["FR"]
    staff.post(page(tenant), {"copy": other.pk, "confirmed": "3"})
    assert off(tenant) == off(other) == {"PL", "DE"}


@pytest.mark.parametrize("text", ["polska", "بولندا", "波兰"])
def test_a_country_is_found_in_any_language(text, staff, tenant):
    assert shown(staff.get(page(tenant), {"q": text}))[0] == "PL"


@pytest.mark.parametrize(
    "query", [{"unlike": "x"}, {"region": "Nowhere"}, {"state": "x"}, {"q": "\0"}, {"unlike": "9" * 30}]
)
def test_what_no_page_offers_is_no_error(query, staff, tenant):
    assert staff.get(page(tenant), query).status_code == 200
    assert staff.post(page(tenant), {"copy": "9" * 30, "all": "x"}).status_code == 302


def test_a_page_costs_no_more_than_twelve_queries(staff, tenant, django_assert_max_num_queries):
    # Session, user, the tenant, the rows, the counts, the regions, other tenants, the last change.
    with django_assert_max_num_queries(12):
        staff.get(page(tenant), {"region": "Europe"})


def test_it_is_of_ones_own_tenants_and_to_switch_for_those_who_may(tenant):
    other, user = TenantFactory(code="other"), User.objects.create_user("manager", is_staff=True)
    user.groups.add(Group.objects.get(name="Tenant manager"))
    StaffReach.objects.create(user=user).tenants.add(tenant)
    client = Client()
    client.force_login(user)
    assert client.get(page(other)).status_code == 404
    assert client.post(page(other), {"all": "off", "confirmed": "250"}).status_code == 404
    assert "other" not in client.get(page(tenant)).content.decode().partition("<main")[2].replace("another", "")
    TenantCountry.objects.filter(tenant=other, country="PL").switch(active=False)
    client.post(page(tenant), {"copy": other.pk, "confirmed": "1"})
    assert off(tenant) == set()
    user.groups.set(Group.objects.filter(name="Viewer"))
    assert client.get(page(other)).status_code == 200
    assert client.post(page(other), {"all": "off"}).status_code == 403


def test_the_map_shows_what_is_on_and_moves_what_is_found_alone(staff, tenant):
    TenantCountry.objects.filter(tenant=tenant, country="PL").switch(active=False)
    drawn = dict(re.findall(r'<path class="([^"]*)" data-code="(PL|DE|MT)"', staff.get(page(tenant)).content.decode()))
    assert drawn == {"": "PL", "on": "DE", "on dot": "MT"}
    drawn = re.findall(r'data-code="(..)"', staff.get(f"{page(tenant)}?q=Poland").content.decode())
    assert drawn == ["PL"]
