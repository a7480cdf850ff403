"""From the page of a place to all that has happened to it; the one history is filtered by place, tenant and person."""

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.geography import switching
from apps.geography.curation.merging import merge
from apps.geography.models import City, CityName, Country, Subdivision, TenantCountry
from apps.geography.switching import Wish
from apps.imports.models import ImportRun
from apps.tenants.models import StaffReach, Tenant
from tests.back_office import sent_by
from tests.factories import CityFactory, CountryFactory, SubdivisionFactory, TenantFactory

LIST = reverse("admin:auditlog_logentry_changelist")
SOMEBODY = Author({"user": "somebody"})


def history(client: Client, row: Any, **asked: Any) -> list[str]:
    """Return what the history of a place is about, newest first."""
    page = client.get(reverse(f"admin:geography_{row._meta.model_name}_history", args=[row.pk]), asked)
    return [entry.object_repr for entry in page.context["action_list"]]


def filtered(client: Client, **asked: Any) -> list[str]:
    return [entry.object_repr for entry in client.get(LIST, asked).context["cl"].result_list]


def role(name: str, *tenants: Tenant) -> Client:
    user = User.objects.create_user(name.replace(" ", ""), is_staff=True)
    user.groups.add(Group.objects.get(name=name))
    StaffReach.objects.create(user=user).tenants.set(tenants)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def places(db: None) -> dict[str, Any]:
    country = CountryFactory(code="XA", name_en="Xanadu")
    state = SubdivisionFactory(country=country, code="XA-1", name_en="Alph")
    return {"country": country, "state": state, "city": CityFactory(country=country, subdivision=state, name="Dome")}


def test_the_history_of_a_country_has_its_names_its_switches_and_what_leads_to_it(admin_client, places, tenant):
    country, state = places["country"], places["state"]
    switching.switch(TenantCountry, tenant, {"XA": Wish(active=False)}, by=SOMEBODY)
    switching.rename(tenant, "XA", {"de": "Xanadu!"}, by=SOMEBODY)
    page = reverse(
        "admin:geography_subdivision_change",
        args=[SubdivisionFactory(country=CountryFactory(code="XB"), code="XB-1").pk],
    )
    sent = sent_by(admin_client.get(page)) | {"redirect_country": "XA"}
    assert admin_client.post(page, sent).status_code == 302
    name = country.alternative_names.create(language="de", name="Luftschloss")
    audit.update(SOMEBODY, country.alternative_names.filter(pk=name.pk), withdrawn_on="2026-01-02")
    audit.update(SOMEBODY, Subdivision.objects.filter(pk=state.pk), is_state=True)
    redirecting = str(Subdivision.objects.get(code="XB-1"))
    assert history(admin_client, country) == ["Luftschloss", redirecting, "XA of acme", "XA of acme"]
    assert history(admin_client, state) == [str(state)]


def test_the_history_of_a_city_has_its_names_and_the_cities_merged_into_it(admin_client, places):
    city = places["city"]
    other = CityFactory(country=places["country"], name="Doom")
    CityName.objects.create(city=city, language="de", name="Kuppel")
    audit.update(SOMEBODY, CityName.objects.filter(city=city), name="Die Kuppel")
    merge(SOMEBODY, [city.pk, other.pk], city.pk)
    assert history(admin_client, city) == ["Doom", "Dome", "Kuppel"]


def test_an_action_on_thousands_is_in_the_history_of_each(admin_client, places, monkeypatch):
    monkeypatch.setattr(audit, "MOST_ROWS", 1)
    other = CityFactory(country=places["country"], pk=places["city"].pk * 10)
    audit.update(SOMEBODY, City.objects.filter(pk__in=[places["city"].pk, other.pk]), withdrawn_on="2026-01-02")
    stranger = CityFactory(country=places["country"], pk=other.pk * 10)
    assert history(admin_client, places["city"]) == history(admin_client, other) == ["2 cities"]
    assert history(admin_client, stranger) == []


def test_an_import_is_in_the_history_of_what_it_changed_and_says_how(admin_client, places):
    change = {"key": "XA", "field": "name_de", "old": "A", "new": "B"}
    tables = [
        {"table": "countries", "added": [], "changed": [change], "withdrawn": [], "returned": []},
        {"table": "city names", "added": [f"{places['city'].pk} de"], "changed": [], "withdrawn": [], "returned": []},
    ]
    run = ImportRun.objects.create(
        command="import_countries", started_at=timezone.now(), seconds=1, report={"tables": tables}
    )
    audit.record([audit.entry(SOMEBODY, run, {}, action=LogEntry.Action.CREATE)])
    page = admin_client.get(reverse("admin:geography_country_history", args=["XA"])).content.decode()
    assert "XA, name_de: A → B" in page
    assert reverse("admin:imports_importrun_change", args=[run.pk]) in page
    assert len(history(admin_client, places["city"])) == 1
    assert history(admin_client, places["state"]) == []


def test_the_page_leads_to_the_whole_history_of_this_place(admin_client, places, tenant):
    switching.switch(TenantCountry, tenant, {"XA": Wish(active=False), "PL": Wish(active=False)}, by=SOMEBODY)
    page = admin_client.get(reverse("admin:geography_country_history", args=["XA"]))
    assert filtered(admin_client, place="country:XA") == ["XA of acme"]
    assert page.context["whole"] == f"{LIST}?place=country%3AXA"
    assert page.context["whole"] in page.content.decode()


@pytest.mark.parametrize("asked", ["country:QQ", "x", "city:x", "city:-", "subdivision:DE-BY'", ":"])
def test_what_is_no_place_has_no_history(asked, admin_client, places, tenant):
    switching.switch(TenantCountry, tenant, {"XA": Wish(active=False)}, by=SOMEBODY)
    assert filtered(admin_client, place=asked) == []


def test_the_history_is_filtered_by_tenant_and_person(admin_client, places, tenant):
    other = TenantFactory(code="globex")
    for each in (tenant, other):
        switching.switch(TenantCountry, each, {"XA": Wish(active=False)}, by=SOMEBODY)
    admin = User.objects.get(username="admin")
    audit.update(Author({"user": "admin"}, user_id=admin.pk), Country.objects.filter(pk="XA"), population=7)
    assert filtered(admin_client, tenant="globex") == ["XA of globex"]
    assert filtered(admin_client, person=admin.pk) == ["Xanadu (XA)"]
    assert filtered(admin_client, person="x") == filtered(admin_client, tenant="nobody") == []


def test_a_tenant_manager_sees_switches_of_their_own_tenants_alone(places, tenant):
    other = TenantFactory(code="globex")
    for each in (tenant, other):
        switching.switch(TenantCountry, each, {"XA": Wish(active=False)}, by=SOMEBODY)
    manager = role("Tenant manager", tenant)
    assert history(manager, places["country"]) == ["XA of acme"]
    for asked in ({}, {"place": "country:XA"}, {"tenant": "globex"}):
        assert "XA of globex" not in filtered(manager, **asked)


def test_who_sees_no_history_sees_that_of_the_row_alone(client, places, tenant):
    somebody = User.objects.create_user("somebody", is_staff=True)
    somebody.user_permissions.add(Permission.objects.get(codename="view_country"))
    client.force_login(somebody)
    switching.switch(TenantCountry, tenant, {"XA": Wish(active=False)}, by=SOMEBODY)
    audit.update(SOMEBODY, Country.objects.filter(pk="XA"), population=7)
    assert history(client, places["country"]) == ["Xanadu (XA)"]


@pytest.mark.parametrize(("kind", "key"), [("country", "XA"), ("subdivision", "XA-1"), ("city", "")])
def test_it_takes_a_dozen_queries_at_most(kind, key, admin_client, places, django_assert_max_num_queries):
    row = {"country": places["country"], "subdivision": places["state"], "city": places["city"]}[kind]
    audit.update(SOMEBODY, type(row).objects.filter(pk=row.pk), withdrawn_on="2026-01-02")
    with django_assert_max_num_queries(12):
        assert len(history(admin_client, row)) == 1
    with django_assert_max_num_queries(12):
        assert len(filtered(admin_client, place=f"{kind}:{key or row.pk}")) == 1
