"""The home page: how tenants stand and what needs a look, numbers with their lists, and no more than one may see."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.api_keys.models import ApiKey, RequestCount
from apps.geography.models import Country, TenantCountry
from apps.tenants.models import StaffReach
from tests.factories import TenantFactory

HOME = reverse("admin:index")


def text(client: Client) -> str:
    return client.get(HOME).content.decode().partition('id="content-main"')[2]


def test_each_tenant_leads_to_its_countries(admin_client, tenant):
    TenantCountry.objects.filter(tenant=tenant, country__in=["PL", "DE"]).switch(active=False)
    address = reverse("admin:geography_tenantcountry_of", args=[tenant.pk])
    assert f'<a href="{address}">248 of 250</a>' in text(admin_client)


def test_keys_about_to_expire_are_counted_and_listed(admin_client, tenant):
    now = timezone.now()
    for days in (-1, 1, 29, 31):
        ApiKey.objects.issue(tenant, "sk", label=str(days), expires_at=now + timedelta(days=days))
    assert "2 keys expire within 30 days" in text(admin_client)
    listed = admin_client.get(reverse("admin:api_keys_apikey_changelist"), {"works": "soon"}).context["cl"].result_list
    assert {key.label for key in listed} == {"1", "29"}
    assert admin_client.get(reverse("admin:api_keys_oauthclient_changelist"), {"works": "soon"}).status_code == 200


def test_requests_of_the_last_day_are_told_by_style_and_status_to_whoever_reaches_their_tenant(admin_client, tenant):
    now = timezone.now()
    for style, status, of_tenant, hours, number in (
        ("data", 200, "acme", 1, 1200),
        ("data", 304, "acme", 2, 30),
        ("data", 404, "globex", 3, 4),
        ("search", 200, "globex", 25, 9),
    ):
        hour = now - timedelta(hours=hours)
        RequestCount.objects.create(hour=hour, style=style, status=status, tenant=of_tenant, number=number)

    def told(client: Client) -> list[str]:
        part = text(client).partition('id="home-asked"')[2].partition("</table>")[0]
        return re.findall(r"<(?:th|td)[^>]*>(?:<(?:a|bdi)[^>]*>)?([^<]+)", part)

    assert told(admin_client) == ["Style", "2xx", "3xx", "4xx", "data", "1,200", "30", "4"]
    for address, number in re.findall(r'href="([^"]*requestcount[^"]*status=[^"]*)">([^<]+)', text(admin_client)):
        assert admin_client.get(address.replace("&amp;", "&")).context["cl"].total == number
    user = User.objects.create_user("manager", is_staff=True)
    user.groups.add(Group.objects.get(name="Tenant manager"))
    StaffReach.objects.create(user=user).tenants.add(tenant)
    client = Client()
    client.force_login(user)
    assert told(client) == ["Style", "2xx", "3xx", "data", "1,200", "30"]
    listed = client.get(reverse("admin:api_keys_requestcount_changelist"))
    assert listed.context["cl"].total == "1,230"
    assert "globex" not in listed.content.decode()


def test_what_was_changed_lately_says_by_whom(admin_client, tenant):
    row = TenantCountry.objects.get(tenant=tenant, country="PL")
    sent = {"action": "switch_off", "_selected_action": [row.pk], "confirmed": "yes"}
    admin_client.post(reverse("admin:geography_tenantcountry_changelist"), sent)
    shown = text(admin_client)
    assert "PL of acme" in shown
    assert "<td>admin</td>" in shown


@pytest.mark.parametrize("address", ["/admin/", "/admin/geography/country/"])
def test_tables_stand_in_staffs_words_and_order_at_home_and_beside_each_page(admin_client, address):
    text = admin_client.get(address).content.decode()
    if address != "/admin/":
        text = text.partition('id="nav-sidebar"')[2]
        assert 'href="/admin/#home-places-tables"' in text
    words = (
        "Countries",
        "Cities",
        "Tenants",
        "API keys",
        "People",
        "Roles",
        "Imports to review",
        "Recorded changes",
    )
    at = [text.find(f">{word}</a>") for word in words]
    assert at == sorted(at)
    assert -1 not in at


def test_a_tenant_manager_sees_their_own_tenants_alone(tenant):
    TenantFactory(code="globex")
    user = User.objects.create_user("manager", is_staff=True)
    user.groups.add(Group.objects.get(name="Tenant manager"))
    StaffReach.objects.create(user=user).tenants.add(tenant)
    client = Client()
    client.force_login(user)
    assert "acme" in text(client)
    assert "globex" not in text(client)
    assert "Last import" not in text(client)


@pytest.mark.parametrize("role", ["Importer", "Translator", "Key manager"])
def test_every_role_has_a_home(role, db):
    user = User.objects.create_user("somebody", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    assert client.get(HOME).status_code == 200


def test_it_costs_no_more_than_twelve_queries(admin_client, tenant, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        admin_client.get(HOME)


@pytest.mark.parametrize("role", ["Editor", "Administrator"])
def test_nor_for_who_is_asked_for_each_right(role, tenant, django_assert_max_num_queries):
    user = User.objects.create_user("somebody", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    # What was counted is kept until the data changes.
    client.get(HOME)
    with django_assert_max_num_queries(12):
        client.get(HOME)


def test_missing_names_are_counted_by_language_and_lead_to_the_worklist(admin_client, tenant):
    Country.objects.untranslated().filter(pk="PL").update(name_pl="")
    address = f"{reverse('translations')}?kind=country&amp;language=pl"
    shown = text(admin_client)
    assert f'href="{address}"' in shown
    assert ">1 of 250</a>" in shown
    assert "kind=country&amp;language=fr" not in shown
