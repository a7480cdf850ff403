"""The back office for geographic data, as staff use it."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.geography.models import City, Country, Subdivision, TenantCountry
from apps.revisions import numbers
from apps.tenants.models import Tenant
from tests.back_office import sent_by
from tests.factories import CityFactory, CountryFactory, SubdivisionFactory, TenantFactory

SWITCHES = reverse("admin:geography_tenantcountry_changelist")
LISTS = ["country", "region", "subdivision", "subdivisiontype", "city", "tenantcountry"]


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def tenant(db: None) -> Tenant:
    CountryFactory(code="XA", name_en="Xanadu")
    CountryFactory(code="XB", name_en="Xebico")
    return TenantFactory(code="acme")


def row(tenant: Tenant, code: str) -> TenantCountry:
    return TenantCountry.objects.get(tenant=tenant, country=code)


def page_form(staff: Client, tenant: Tenant, query: str) -> dict[str, Any]:
    """The fields of the list of switches as a browser would send them, unchanged."""
    response = staff.get(SWITCHES, {"tenant__id__exact": tenant.pk, "q": query})
    formset = response.context["cl"].formset
    sent: dict[str, Any] = {"_save": "Save"}
    for form in [formset.management_form, *formset.forms]:
        for field in form:
            if field.value() not in (False, None):
                sent[field.html_name] = field.value()
            if field.field.show_hidden_initial:
                sent[field.html_initial_name] = str(field.value())
    return sent


def save_switches(staff: Client, tenant: Tenant, query: str, sent: dict[str, Any]) -> None:
    response = staff.post(f"{SWITCHES}?tenant__id__exact={tenant.pk}&q={query}", sent)
    assert response.status_code == 302, response.context["cl"].formset.errors


@pytest.mark.parametrize("name", LISTS)
def test_lists_load_in_a_handful_of_queries(name, staff, tenant, django_assert_max_num_queries):
    for n in range(5):
        CityFactory(subdivision=SubdivisionFactory(country_id="XA", code=f"XA-{n}"), country_id="XA")
    # Session, user, two counts, the rows, and what the filters offer.
    with django_assert_max_num_queries(9) as queries:
        response = staff.get(reverse(f"admin:geography_{name}_changelist"))
    assert response.status_code == 200
    assert not any("name_sv" in query["sql"] for query in queries.captured_queries), "loads all translations"


def test_a_switch_counts_one_version_and_leaves_the_others_alone(staff, tenant):
    sent = page_form(staff, tenant, "Xanadu")
    del sent["form-0-active"]
    before = {r.pk: (r.active, r.version, r.modified_at) for r in TenantCountry.objects.exclude(country="XA")}
    old = row(tenant, "XA")
    save_switches(staff, tenant, "Xanadu", sent)
    new = row(tenant, "XA")
    assert (new.active, new.version) == (False, old.version + 1)
    assert new.modified_at > old.modified_at
    assert {r.pk: (r.active, r.version, r.modified_at) for r in TenantCountry.objects.exclude(country="XA")} == before
    assert not Country.objects.active_for(tenant).filter(code="XA").exists()


def test_saving_an_unchanged_page_writes_nothing(staff, tenant):
    save_switches(staff, tenant, "X", page_form(staff, tenant, "X"))
    assert row(tenant, "XA").version == 1


def test_an_old_page_undoes_nobodys_switch(staff, tenant):
    sent = page_form(staff, tenant, "Xanadu")
    TenantCountry.objects.filter(tenant=tenant, country="XA").switch(active=False)
    save_switches(staff, tenant, "Xanadu", sent)
    assert (row(tenant, "XA").active, row(tenant, "XA").version) == (False, 2)


def test_a_list_awaits_the_turns_of_its_tenants_in_one_order_before_it_switches(staff, tenant):
    tenants = [tenant, TenantFactory(code="zeta"), TenantFactory(code="beta")]
    rows = [row(each, "XA").pk for each in reversed(tenants)]
    sent: dict[str, Any] = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "3", "_save": "Save"}
    for n, pk in enumerate(rows):
        sent |= {f"form-{n}-id": pk, f"initial-form-{n}-active": "True"}
    with CaptureQueriesContext(connection) as queries:
        assert staff.post(f"{SWITCHES}?q=Xanadu&o=-3", sent).status_code == 302
    statements = [query["sql"] for query in queries.captured_queries]
    turn = next(n for n, sql in enumerate(statements) if sql.startswith('SELECT "tenants_tenant"') and " IN (" in sql)
    switch = next(n for n, sql in enumerate(statements) if sql.startswith('UPDATE "geography_tenantcountry"'))
    assert turn < switch
    assert 'ORDER BY "tenants_tenant"."id" ASC' in statements[turn]
    assert all(str(each.pk) in statements[turn] for each in tenants)
    assert [row(each, "XA").active for each in tenants] == [False] * 3


@pytest.mark.parametrize(("action", "active", "versions"), [("switch_off", False, (2, 2)), ("switch_on", True, (1, 3))])
def test_actions_switch_only_what_is_not_so_yet(action, active, versions, staff, tenant):
    TenantCountry.objects.filter(tenant=tenant, country="XB").switch(active=False)
    chosen = [row(tenant, "XA").pk, row(tenant, "XB").pk]
    staff.post(SWITCHES, {"action": action, "_selected_action": chosen, "confirmed": "yes"})
    assert [row(tenant, code).active for code in ("XA", "XB")] == [active, active]
    assert (row(tenant, "XA").version, row(tenant, "XB").version) == versions


def test_the_page_of_a_switch_switches_and_nothing_else(staff, tenant):
    xa = row(tenant, "XA")
    url = reverse("admin:geography_tenantcountry_change", args=[xa.pk])
    sent = {"initial-active": "True", "tenant": TenantFactory().pk, "country": "XB", "version": "7"}
    assert staff.post(url, sent | {"active": "on"}).status_code == 302
    assert TenantCountry.objects.filter(pk=xa.pk, tenant=tenant, country="XA", active=True, version=1).exists()
    assert staff.post(url, sent).status_code == 302
    assert TenantCountry.objects.filter(pk=xa.pk, tenant=tenant, country="XA", active=False, version=2).exists()
    assert row(tenant, "XB").version == 1


def test_switches_are_neither_added_nor_deleted(staff, tenant):
    assert staff.get(reverse("admin:geography_tenantcountry_add")).status_code == 403
    delete = reverse("admin:geography_tenantcountry_delete", args=[row(tenant, "XA").pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403


def test_staff_with_view_permission_alone_cannot_switch(client, tenant):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_tenantcountry"))
    client.force_login(viewer)
    client.post(SWITCHES, {"action": "switch_off", "_selected_action": [row(tenant, "XA").pk]})
    assert row(tenant, "XA").active


def test_a_name_is_edited_in_one_language(staff, tenant):
    subdivision = SubdivisionFactory(country_id="XA", code="XA-1", name_de="Alt", name_fr="Ancien")
    url = reverse("admin:geography_subdivision_change", args=[subdivision.pk])
    response = staff.post(url, sent_by(staff.get(url)) | {"name_de": "Neu"})
    assert response.status_code == 302, response.context["errors"]
    subdivision.refresh_from_db()
    assert (subdivision.name_de, subdivision.name_fr, subdivision.replaced_by) == ("Neu", "Ancien", [])


@pytest.mark.parametrize(
    ("model", "where"),
    [(Country, {"pk": "PL"}), (Subdivision, {"code": "US-CA"}), (City, {"geonameid": 2950159})],
    ids=["country", "subdivision", "city"],
)
def test_saving_an_unchanged_page_of_real_data_changes_nothing(model, where, staff):
    name = model._meta.model_name
    stored = model.objects.filter(**where)
    before = stored.values().get()
    url = reverse(f"admin:geography_{name}_change", args=[stored.get().pk])
    page = staff.get(url)
    number = numbers.current("data")
    response = staff.post(url, sent_by(page))
    assert response.status_code == 302, response.context["errors"]
    assert stored.values().get() == before
    assert numbers.current("data") == number
    assert "Imported, and as upstream has it." in staff.get(url).content.decode()


def test_an_imported_name_is_edited_but_not_deleted(staff):
    city = City.objects.get(geonameid=2950159)
    url = reverse("admin:geography_city_change", args=[city.pk])
    sent = sent_by(staff.get(url))
    name = city.names.get(pk=sent["names-0-id"])
    staff.post(url, sent | {"names-0-DELETE": "on", "names-0-name": "Bärlin"})
    name.refresh_from_db()
    assert name.name == "Bärlin"


def test_names_that_tenants_use_come_first(staff, tenant):
    TenantFactory(languages=["en", "pl"])
    fieldsets = staff.get(reverse("admin:geography_country_change", args=["XA"])).context["adminform"].fieldsets
    used, others = (options for title, options in fieldsets if title and title.startswith("Names"))
    assert list(used["fields"]) == ["name_en", "name_pl"]
    assert "collapse" in others["classes"]
    assert len(others["fields"]) > 80


def test_lists_in_json_are_edited_as_words(staff, tenant):
    url = reverse("admin:geography_country_change", args=["XA"])
    changes = {"currencies": "EUR, USD\nCHF", "weekend_days": ["5", "6"]}
    response = staff.post(url, sent_by(staff.get(url)) | changes)
    assert response.status_code == 302, response.context["errors"]
    country = Country.objects.get(code="XA")
    assert (country.currencies, country.weekend_days, country.first_week_day) == (["EUR", "USD", "CHF"], [5, 6], None)


@pytest.mark.parametrize(("upstream", "status"), [({"name": "City"}, 403), (None, 302)], ids=["upstream's", "staff's"])
def test_staff_delete_only_what_staff_created(upstream, status, staff, tenant):
    city = CityFactory(country_id="XA", upstream=upstream)
    response = staff.post(reverse("admin:geography_city_delete", args=[city.pk]), {"post": "yes"})
    assert response.status_code == status
    assert City.objects.filter(pk=city.pk).exists() == (status == 403)


def test_hidden_rows_leave_the_lists_and_come_back(staff, tenant):
    city = CityFactory(country_id="XA", upstream={})
    url = reverse("admin:geography_city_changelist")
    staff.post(url, {"action": "hide", "_selected_action": [city.pk], "confirmed": "yes"})
    assert not City.objects.current().filter(pk=city.pk).exists()
    staff.post(url, {"action": "show", "_selected_action": [city.pk], "confirmed": "yes"})
    assert City.objects.current().filter(pk=city.pk).exists()


def test_countries_are_found_by_an_alternative_name(staff, tenant):
    Country.objects.get(code="XA").alternative_names.create(language="", name="Shangdu of old")
    response = staff.get(SWITCHES, {"q": "shangdu of old"})
    assert [r.country_id for r in response.context["cl"].result_list] == ["XA"]


def test_choices_of_a_country_show_its_name(staff, tenant):
    answer = staff.get(
        reverse("admin:autocomplete"),
        {"app_label": "geography", "model_name": "city", "field_name": "country", "term": "xanad"},
    )
    assert [choice["text"] for choice in answer.json()["results"]] == ["Xanadu (XA)"]
