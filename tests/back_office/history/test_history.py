"""The one history: every write is in it, with who, from where and what became what, and no secret."""

import importlib
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE
from django.contrib.admin.models import LogEntry as DjangosEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from apps.api_keys.models import ApiKey, OAuthClient
from apps.back_office.history import audit
from apps.back_office.history.recorded import RecordedAdmin
from apps.back_office.templatetags import history
from apps.geography.models import City, Country, Subdivision, TenantCountry, TenantCountryName
from apps.tenants.models import Plan
from tests.back_office.history.writes import (
    LIST,
    act,
    edit,
    edit_of_a_form,
    renamed_for_a_tenant,
    url,
)
from tests.factories import CityFactory, CountryFactory, PlanFactory, TenantFactory


def test_the_history_says_in_words_of_the_page_what_became_what(staff):
    key, _ = ApiKey.objects.issue(TenantFactory(), "sk")
    city, plan = CityFactory(name="None"), PlanFactory(subdivision_access=True)
    entry = audit.entry(audit.Author(), plan, {"name": ("None", "True"), "subdivision_access": (True, False)})
    of_city = audit.entry(audit.Author(), city, {"population": (None, 38_000_000), "name de": (None, "")})
    of_key = audit.entry(audit.Author(), key, {"expires_at": (None, datetime(2026, 3, 1, 12, tzinfo=UTC))})
    older = audit.entry(audit.Author(), plan, {"subdivision_access": ("None", "False"), "monthly_quota": ("None", "7")})
    assert list(history.changes(entry)) == ["Name: None → True", "Subdivision access: Yes → No"]
    assert list(history.changes(of_city)) == [
        "Population: nothing → 38,000,000",
        "The name in German: nothing → nothing",
    ]
    with override("de"):
        assert list(history.changes(entry))[1].endswith(": Ja → Nein")
        assert list(history.changes(of_key)) == ["Läuft ab am: nichts → 1. März 2026 12:00"]
        assert next(history.changes(older)).endswith(": nichts → Nein")


def test_the_history_of_a_tenants_name_is_that_of_its_country(staff):
    renamed_for_a_tenant(staff)
    page = staff.get(url(TenantCountryName, "history", TenantCountryName.objects.get().pk)).content.decode()
    assert "The name in German: Formosa → Republik China" in page


def test_callers_and_staff_are_in_one_history(staff, tenant, secret):
    headers = {"Authorization": f"Bearer {secret}", "X-Version": "v2"}
    Client().patch("/country/acme/countries/PL", b'{"active": false}', content_type="application/json", headers=headers)
    row = TenantCountry.objects.get(tenant=tenant, country="PL")
    act(staff, "switch_on", row)
    for page in (staff.get(LIST), staff.get(url(TenantCountry, "history", row.pk))):
        text = page.content.decode()
        assert f"sk {secret.split('_')[2]} of acme" in text
        assert "Version: 1 → 2" in text
        assert "Version: 2 → 3" in text
    assert [len(staff.get(LIST, {"by": by}).context["cl"].result_list) for by in ("user", "credential")] == [1, 1]
    assert {entry.object_repr for entry in LogEntry.objects.all()} == {"PL of acme"}
    assert len(staff.get(LIST, {"q": "acme"}).context["cl"].result_list) == 2


def test_what_is_issued_is_recorded_without_its_secret(staff, tenant):
    sent = {"tenant": tenant.pk, "kind": "sk", "label": "till", "scopes": ["country.country_read"]}
    secret = dict(staff.post(url(ApiKey, "add"), sent, follow=True).context["shown"])["Secret"]
    entry = LogEntry.objects.get()
    assert entry.action == LogEntry.Action.CREATE
    assert entry.changes["label"] == [None, "till"]
    assert entry.additional_data["tenant"] == "acme"
    stored = ApiKey.objects.get()
    assert not any(word in repr(vars(entry)) for word in (secret, stored.digest))
    client = dict(
        staff.post(url(OAuthClient, "add"), {"tenant": tenant.pk, "name": "till"}, follow=True).context["shown"]
    )
    entry = LogEntry.objects.latest("pk")
    hashed = OAuthClient.objects.get().client_secret
    assert not any(word in repr(vars(entry)) for word in (client["Client secret"], hashed))


def test_a_new_users_password_is_not_recorded(staff):
    words = "a long pass phrase"
    sent = {"username": "ada", "password1": words, "password2": words, "usable_password": "true"}
    assert staff.post(url(User, "add"), sent).status_code == 302
    entry = LogEntry.objects.get()
    assert entry.changes["username"] == [None, "ada"]
    assert entry.changes["password"] == [None, "(secret)"]
    assert not any(name.startswith(("password1", "password2", "set_usable")) for name in entry.changes)
    assert words not in repr(vars(entry))
    assert User.objects.get(username="ada").password not in repr(vars(entry))


@pytest.mark.parametrize(
    ("proxies", "address"), [([], "127.0.0.1"), (["127.0.0.0/8"], "203.0.113.7")], ids=["nobody's", "a proxy's"]
)
def test_a_forwarded_address_is_believed_from_a_trusted_proxy_alone(proxies, address, staff, tenant, secret, settings):
    settings.TRUSTED_PROXIES = proxies
    forwarded = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
    headers = {"Authorization": f"Bearer {secret}", "X-Version": "v2", **forwarded}
    Client().patch("/country/acme/countries/PL", b'{"active": false}', content_type="application/json", headers=headers)
    staff.post(url(Plan, "add"), {"name": "Small"}, headers=forwarded)
    assert [entry.remote_addr for entry in LogEntry.objects.all()] == [address, address]


@pytest.mark.parametrize("address", ["", "unix:", "fe80::1%eth0", "::ffff:192.0.2.1"])
def test_an_address_of_any_kind_keeps_nobody_from_writing(address, staff):
    staff.post(url(Plan, "add"), {"name": "Small"}, REMOTE_ADDR=address)
    assert Plan.objects.filter(name="Small").exists()
    assert LogEntry.objects.get().remote_addr in {None, "fe80::1", "192.0.2.1"}


def test_saving_an_unchanged_page_leaves_no_entry(staff):
    edit(staff, Country.objects.get(pk="PL"))
    assert not LogEntry.objects.exists()


def test_an_action_on_many_rows_leaves_one_entry_that_says_how_many(staff, monkeypatch):
    monkeypatch.setattr(audit, "MOST_ROWS", 3)
    country = CountryFactory(code="XA")
    cities = [CityFactory(country=country) for _ in range(5)]
    act(staff, "hide", *cities)
    entry = LogEntry.objects.get()
    assert (entry.object_repr, entry.object_pk, entry.additional_data["rows"]) == ("5 cities", "", 5)
    assert entry.changes["withdrawn_on"][0] is None
    assert "5 cities" in staff.get(LIST).content.decode()
    City.objects.filter(pk=cities[0].pk).update(withdrawn_on="2026-01-02")
    act(staff, "show", *cities)
    assert LogEntry.objects.latest("pk").changes == {"withdrawn_on": ["(several)", None]}
    assert City.objects.current().filter(country=country).count() == 5


def test_the_start_page_shows_what_one_did_last(staff):
    edit_of_a_form(staff)
    page = staff.get(reverse("admin:index")).content.decode()
    assert "Poland (PL)" in page
    assert LIST in page


def test_names_are_shown_as_text(staff):
    edit(staff, Country.objects.get(pk="PL"), name_fr="<script>alert(1)</script>")
    for page in (staff.get(LIST), staff.get(url(Country, "history", "PL")), staff.get(reverse("admin:index"))):
        assert "<script>alert" not in page.content.decode()


def test_every_page_that_writes_is_recorded():
    pages = {model: page for model, page in admin.site._registry.items() if model is not LogEntry}
    assert not [model for model, page in pages.items() if not isinstance(page, RecordedAdmin)]


def test_what_djangos_own_log_holds_is_taken_over_and_left_where_it_is(admin_user, staff):
    DjangosEntry.objects.log_actions(admin_user.pk, [Subdivision.objects.get(code="US-CA")], CHANGE, "Switched off.")
    DjangosEntry.objects.log_actions(
        admin_user.pk, [Country.objects.get(pk="PL")], CHANGE, [{"changed": {"fields": ["Name"]}}]
    )
    DjangosEntry.objects.create(user=admin_user, content_type=None, object_repr="gone", action_flag=CHANGE)
    migration = importlib.import_module("apps.back_office.migrations.0001_keep_one_history")
    editor = SimpleNamespace(connection=connection)
    migration.copy(apps, editor)
    old = DjangosEntry.objects.get(object_id="PL")
    entry = LogEntry.objects.get(object_pk="PL")
    assert (entry.actor, entry.timestamp, entry.action) == (admin_user, old.action_time, LogEntry.Action.UPDATE)
    page = staff.get(LIST).content.decode()
    assert "Switched off." in page
    assert "Changed Name." in page
    assert (
        "Switched off."
        in staff.get(url(Subdivision, "history", Subdivision.objects.get(code="US-CA").pk)).content.decode()
    )
    assert DjangosEntry.objects.count() == 3
    migration.remove(apps, editor)
    assert not LogEntry.objects.exists()
