"""How far staff reach: tenant and key managers their own tenants, translators their own languages."""

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from apps.api_keys.models import ApiKey, OAuthClient
from apps.geography.models import (
    City,
    Country,
    TenantCountry,
)
from apps.tenants.models import Plan
from tests.back_office import sent_by
from tests.staff.rights import TABLES

pytestmark = pytest.mark.once


@pytest.mark.both
def test_a_tenant_manager_finds_nothing_of_another_tenant_anywhere(log_in, tenant, other):
    for each in (tenant, other):
        ApiKey.objects.issue(each, "sk", label=f"key of {each}")
        OAuthClient.objects.issue(each, f"client of {each}")
    client = log_in("tenant-manager", tenants=[tenant])
    for table in (name for name, rights in TABLES.items() if "s" in rights["tenant-manager"]):
        text = client.get(reverse(f"admin:{table}_changelist")).content.decode()
        assert "of other" not in text, table
        assert ">other<" not in text, table
    assert "other" not in client.get(reverse("admin:index")).content.decode().replace("another", "")


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_a_tenant_manager_opens_no_row_of_another_tenant_by_its_url(page, log_in, tenant, other):
    client = log_in("tenant-manager", tenants=[tenant])
    rows = {
        "geography_tenantcountry": TenantCountry.objects.get(tenant=other, country="PL"),
        "tenants_tenant": other,
        "api_keys_apikey": ApiKey.objects.issue(other, "sk")[0],
        "api_keys_oauthclient": OAuthClient.objects.issue(other, "till")[0],
    }
    for table, row in rows.items():
        url = reverse(f"admin:{table}_{page}", args=[row.pk])
        assert client.get(url).status_code in {302, 403}, table
        assert client.post(url, {"post": "yes"}).status_code in {302, 403}, table


def test_a_tenant_manager_switches_their_own_tenant_and_no_other(log_in, tenant, other):
    client = log_in("tenant-manager", tenants=[tenant])
    url = reverse("admin:geography_tenantcountry_changelist")
    rows = TenantCountry.objects.filter(country="PL")
    sent = {"action": "switch_off", "_selected_action": [row.pk for row in rows], "confirmed": "yes"}
    client.post(url, sent)
    assert dict(rows.values_list("tenant__code", "active")) == {"acme": False, "other": True}
    client.post(url, sent | {"select_across": "1", "_selected_action": [rows.get(tenant=other).pk]})
    assert not TenantCountry.objects.filter(tenant=other, active=False).exists()
    everything = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": rows.get(tenant=other).pk,
        "_save": "Save",
    }
    client.post(url, everything)
    assert rows.get(tenant=other).active


def test_a_tenant_manager_undoes_nothing_of_another_tenant(log_in, admin_client, tenant, other):
    row = TenantCountry.objects.get(tenant=other, country="PL")
    sent = {"action": "switch_off", "_selected_action": [row.pk], "confirmed": "yes"}
    admin_client.post(reverse("admin:geography_tenantcountry_changelist"), sent)
    client = log_in("tenant-manager", tenants=[tenant])
    assert not client.get(reverse("admin:auditlog_logentry_changelist")).context["cl"].result_list
    client.post(reverse("admin:geography_tenantcountry_undo", args=[LogEntry.objects.get().pk]))
    row.refresh_from_db()
    assert not row.active


def test_a_tenant_manager_is_offered_their_own_tenant_alone(log_in, tenant, other):
    client = log_in("tenant-manager", tenants=[tenant])
    asked = {"app_label": "geography", "model_name": "tenantcountryname", "field_name": "tenant", "term": ""}
    answer = client.get(reverse("admin:autocomplete"), asked).json()
    assert [choice["text"] for choice in answer["results"]] == ["acme"]
    sent = {"country": "PL", "language": "de", "name": "Polska"}
    add = reverse("admin:geography_tenantcountryname_add")
    assert client.post(add, {**sent, "tenant": other.pk}).status_code == 200
    assert client.post(add, {**sent, "tenant": tenant.pk}).status_code == 302


def test_a_tenant_manager_does_not_raise_what_the_tenant_has_bought(log_in, tenant):
    client = log_in("tenant-manager", tenants=[tenant])
    url = reverse("admin:tenants_tenant_change", args=[tenant.pk])
    plan = tenant.plan
    sent = sent_by(client.get(url)) | {"name": "New", "monthly_quota": "10", "plan": Plan.objects.create(name="Big").pk}
    assert client.post(url, sent).status_code == 302
    tenant.refresh_from_db()
    assert (tenant.name, tenant.monthly_quota, tenant.plan) == ("New", None, plan)


def test_a_key_manager_of_one_tenant_issues_keys_for_it_alone(log_in, tenant, other):
    client = log_in("key-manager", "tenant-manager", tenants=[tenant])
    add = reverse("admin:api_keys_apikey_add")
    for each in (tenant, other):
        client.post(add, {"tenant": each.pk, "kind": "sk"})
    assert [key.tenant for key in ApiKey.objects.all()] == [tenant]


def test_a_translator_writes_names_in_their_languages_and_nothing_else(log_in):
    client = log_in("translator", languages=["pl"])
    url = reverse("admin:geography_country_change", args=["DE"])
    sent = sent_by(client.get(url)) | {
        "name_pl": "Niemcy!",
        "name_fr": "Allemagne!",
        "population": "7",
        "regions": ["Asia"],
    }
    assert client.post(url, sent).status_code == 302
    germany = Country.objects.filter(pk="DE").rewrite(False).values_list("name_pl", "name_fr").get()
    assert germany == ("Niemcy!", "Allemagne")
    assert Country.objects.get(pk="DE").population != 7
    assert not Country.objects.filter(pk="DE", regions="Asia").exists()
    cities = reverse("admin:geography_city_changelist")
    client.post(cities, {"action": "hide", "_selected_action": [2950159], "confirmed": "yes"})
    assert City.objects.current().filter(pk=2950159).exists()
    assert client.get(reverse("admin:geography_country_spreadsheet")).status_code == 403


def test_a_translator_writes_names_of_cities_in_their_languages(log_in):
    client = log_in("translator", languages=["pl"])
    url = reverse("admin:geography_city_change", args=[2950159])
    sent = sent_by(client.get(url))
    assert sent["names-TOTAL_FORMS"] == 1
    response = client.post(url, sent | {"names-0-name": "Berlin nad Sprewą", "name": "X", "population": 7})
    assert response.status_code == 302
    berlin = City.objects.get(pk=2950159)
    assert (berlin.name, berlin.names.get(language="pl").name) == ("Berlin", "Berlin nad Sprewą")
    added = {"names-TOTAL_FORMS": 2, "names-1-language": "fr", "names-1-name": "Berlín", "names-1-city": 2950159}
    assert client.post(url, sent_by(client.get(url)) | added).status_code == 200
