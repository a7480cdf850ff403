"""Actions on many rows say what and how many, ask, and can be undone; so can any single change that came last."""

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from apps.api_keys.models import ApiKey
from apps.back_office.history import audit
from apps.geography.models import City, Country, Subdivision, TenantCountry, TenantCountryName
from tests.back_office import sent_by
from tests.factories import CityFactory, CountryFactory, TenantFactory

CITIES = reverse("admin:geography_city_changelist")
SWITCHES = reverse("admin:geography_tenantcountry_changelist")
HISTORY = reverse("admin:auditlog_logentry_changelist")


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def cities(staff: Client) -> list[City]:
    country = CountryFactory(code="XA", name_en="Xanadu")
    return [CityFactory(country=country, name=f"Xanadu {n}") for n in range(5)]


def hidden() -> int:
    return City.objects.filter(country="XA").exclude(withdrawn_on=None).count()


def button(response: Any) -> str:
    """The address of the button that the page offers to undo with."""
    return response.content.decode().partition('formaction="')[2].partition('"')[0]


def hide(staff: Client, cities: list[City], **fields: Any) -> Any:
    sent = {"action": "hide", "_selected_action": [city.pk for city in cities], **fields}
    return staff.post(f"{CITIES}?country=XA", sent, follow=True)


def test_hiding_says_what_and_how_many_and_asks(staff, cities):
    response = hide(staff, cities[:2])
    assert "Hide 2 cities from every list?" in response.content.decode()
    assert response.context["examples"] == ["Xanadu 0", "Xanadu 1"]
    assert hidden() == 0


def test_all_that_a_filter_finds_are_counted_and_hidden_and_no_others(staff, cities):
    everywhere = {"select_across": "1"}
    response = hide(staff, cities[:1], **everywhere)
    assert "Hide 5 cities" in response.content.decode()
    others = City.objects.exclude(withdrawn_on=None).count()
    hide(staff, cities[:1], **everywhere, confirmed="yes", expected=response.context["count"])
    assert hidden() == 5
    assert City.objects.exclude(withdrawn_on=None).count() == others + 5


def test_it_asks_again_where_there_are_more_than_it_said(staff, cities):
    response = hide(staff, cities[:1], select_across="1", confirmed="yes", expected="4")
    assert "Meanwhile others have changed" in response.content.decode()
    assert hidden() == 0


def test_nothing_is_asked_where_nothing_would_change(staff, cities):
    hide(staff, cities, confirmed="yes")
    assert "Nothing to do" in hide(staff, cities).content.decode()


@pytest.mark.parametrize("most", [1000, 3], ids=["an entry each", "one entry for all"])
def test_what_is_hidden_by_many_comes_back_by_one_click(most, staff, cities, monkeypatch):
    monkeypatch.setattr(audit, "MOST_ROWS", most)
    City.objects.filter(pk=cities[0].pk).update(withdrawn_on="2026-01-02")
    response = hide(staff, cities, confirmed="yes")
    assert "4 cities hidden from every list." in response.content.decode()
    City.objects.filter(pk=cities[1].pk).update(withdrawn_on="2026-01-03")
    after = staff.post(button(response), follow=True)
    assert "Undone: 3." in after.content.decode()
    assert "1 left as they are: they have been changed since" in after.content.decode()
    assert hidden() == 2


@pytest.mark.parametrize("most", [1000, 1], ids=["an entry each", "one entry for all"])
def test_what_is_shown_again_is_hidden_again_since_the_day_that_it_was(most, staff, cities, monkeypatch):
    monkeypatch.setattr(audit, "MOST_ROWS", most)
    days = {cities[0].pk: "2026-01-02", cities[1].pk: "2026-03-04"}
    for pk, day in days.items():
        City.objects.filter(pk=pk).update(withdrawn_on=day)
    sent = {"action": "show", "_selected_action": list(days), "confirmed": "yes"}
    staff.post(button(staff.post(CITIES, sent, follow=True)))
    assert {pk: str(City.objects.get(pk=pk).withdrawn_on) for pk in days} == days


@pytest.mark.parametrize("word", ["on", "off"])
def test_a_switch_of_many_countries_is_asked_for_and_undone(word, staff, tenant):
    other = TenantFactory(code="other")
    rows = TenantCountry.objects.filter(tenant=tenant, country__in=["PL", "DE", "FR"])
    if word == "on":
        rows.switch(active=False)
    sent = {"action": f"switch_{word}", "_selected_action": [row.pk for row in rows]}
    asked = staff.post(SWITCHES, sent)
    assert f"Switch {word} 3 countries of tenants (acme)?" in asked.content.decode()
    response = staff.post(SWITCHES, sent | {"confirmed": "yes"}, follow=True)
    assert rows.filter(active=word == "on").count() == 3
    staff.post(button(response))
    assert rows.filter(active=word == "off").count() == 3
    assert not TenantCountry.objects.filter(tenant=other, active=False).exists()


def test_a_switch_that_others_have_moved_since_stays(staff, tenant):
    rows = TenantCountry.objects.filter(tenant=tenant, country__in=["PL", "DE"])
    sent = {"action": "switch_off", "_selected_action": [row.pk for row in rows], "confirmed": "yes"}
    response = staff.post(SWITCHES, sent, follow=True)
    poland = rows.filter(country="PL")
    poland.switch(active=True)
    poland.switch(active=False)
    staff.post(button(response))
    assert dict(rows.values_list("country", "active")) == {"PL": False, "DE": True}


def test_corrections_that_were_given_back_are_staffs_again(staff):
    Country.objects.filter(pk="PL").rewrite(False).update(name_fr="Polonie!", name_de="Polen!")
    sent = {"action": "give_back_all", "_selected_action": ["PL"]}
    countries = reverse("admin:geography_country_changelist")
    assert "Give 2 corrected fields back?" in staff.post(countries, sent).content.decode()
    response = staff.post(countries, sent | {"confirmed": "yes"}, follow=True)
    names = Country.objects.filter(pk="PL").rewrite(False).values_list("name_fr", "name_de")
    assert names.get() == ("Pologne", "Polen")
    staff.post(button(response))
    assert names.get() == ("Polonie!", "Polen!")


def test_a_saved_form_is_undone_from_the_history(staff):
    page = reverse("admin:geography_country_change", args=["PL"])
    before = Country.objects.filter(pk="PL").rewrite(False).values("name", "name_en", "name_fr", "population").get()
    regions = set(Country.objects.get(pk="PL").regions.values_list("pk", flat=True))
    changes = {"name_fr": "Polonie", "name_en": "Polonia", "population": "7", "regions": ["Asia"]}
    assert staff.post(page, sent_by(staff.get(page)) | changes).status_code == 302
    staff.post(button(staff.get(reverse("admin:geography_country_history", args=["PL"]))))
    after = Country.objects.filter(pk="PL").rewrite(False).values("name", "name_en", "name_fr", "population").get()
    assert after == before
    assert set(Country.objects.get(pk="PL").regions.values_list("pk", flat=True)) == regions


def test_only_the_last_change_of_a_row_is_offered_for_undoing(staff):
    page = reverse("admin:geography_country_change", args=["PL"])
    for number in ("7", "8"):
        staff.post(page, sent_by(staff.get(page)) | {"population": number})
    first, last = LogEntry.objects.order_by("pk")
    shown = {entry.pk: entry.is_last for entry in staff.get(HISTORY).context["cl"].result_list}
    assert shown == {first.pk: False, last.pk: True}
    staff.post(reverse("admin:geography_country_undo", args=[first.pk]))
    assert Country.objects.get(pk="PL").population == 8


def test_undoing_what_would_break_a_rule_says_so_and_writes_nothing(staff):
    city = City.objects.filter(country="PL").exclude(subdivision=None).first()
    page = reverse("admin:geography_city_change", args=[city.pk])
    staff.post(page, sent_by(staff.get(page)) | {"subdivision": ""})
    elsewhere = Subdivision.objects.filter(country="DE").first()
    Subdivision.objects.filter(pk=city.subdivision_id).update(country="DE")
    entry = LogEntry.objects.get()
    response = staff.post(reverse("admin:geography_city_undo", args=[entry.pk]), follow=True)
    assert "Not undone:" in response.content.decode()
    assert City.objects.get(pk=city.pk).subdivision is None
    assert elsewhere is not None


def test_a_name_of_a_tenants_that_was_dropped_comes_back(staff, tenant):
    name = TenantCountryName.objects.create(tenant=tenant, country_id="PL", language="de", name="Polska")
    staff.post(reverse("admin:geography_tenantcountryname_delete", args=[name.pk]), {"post": "yes"})
    assert not TenantCountryName.objects.exists()
    entry = LogEntry.objects.get()
    staff.post(reverse("admin:geography_tenantcountry_undo", args=[entry.pk]))
    assert TenantCountryName.objects.get().name == "Polska"


def test_what_is_revoked_stays_revoked(staff, tenant, secret):
    keys = reverse("admin:api_keys_apikey_changelist")
    staff.post(keys, {"action": "revoke", "_selected_action": [ApiKey.objects.get().pk], "confirmed": "yes"})
    entry = LogEntry.objects.latest("pk")
    assert staff.post(reverse("admin:api_keys_apikey_undo", args=[entry.pk])).status_code == 403
    assert ApiKey.objects.get().revoked_at
    assert button(staff.get(HISTORY)) == ""


def test_whoever_may_not_change_a_table_undoes_nothing_there(staff, client, cities):
    hide(staff, cities, confirmed="yes")
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_city"))
    client.force_login(viewer)
    entry = LogEntry.objects.latest("pk")
    assert client.post(reverse("admin:geography_city_undo", args=[entry.pk])).status_code == 403
    assert client.get(reverse("admin:geography_city_undo", args=[entry.pk])).status_code == 405
    assert hidden() == 5


def test_a_change_of_another_table_is_not_undone_by_this_one(staff, cities):
    hide(staff, cities, confirmed="yes")
    entry = LogEntry.objects.latest("pk")
    assert staff.post(reverse("admin:geography_country_undo", args=[entry.pk])).status_code == 404
    assert hidden() == 5
