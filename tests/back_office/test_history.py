"""The one history: every write is in it, with who, from where and what became what, and no secret."""

import importlib
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE
from django.contrib.admin.models import LogEntry as DjangosEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from apps.api_keys.models import ApiKey, OAuthClient
from apps.back_office.history import audit
from apps.back_office.history.recorded import RecordedAdmin
from apps.back_office.templatetags import history
from apps.geography.models import City, Country, Subdivision, TenantCountry, TenantCountryName
from apps.imports.models import ImportJob, ImportRun
from apps.tenants.models import Plan, Tenant
from tests.back_office import sent_by
from tests.factories import CityFactory, CountryFactory, PlanFactory, TenantFactory

LIST = reverse("admin:auditlog_logentry_changelist")
Write = Callable[[], Any]


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


def url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def edit(staff: Client, row: Any, **fields: Any) -> None:
    """Save the page of a row with other values in these fields."""
    page = url(type(row), "change", row.pk)
    response = staff.post(page, sent_by(staff.get(page)) | fields)
    assert response.status_code == 302, response.context["errors"]


def act(staff: Client, action: str, *rows: Any, **fields: Any) -> None:
    response = staff.post(
        url(type(rows[0]), "changelist"),
        {"action": action, "_selected_action": [row.pk for row in rows], "confirmed": "yes", **fields},
    )
    assert response.status_code == 302, response.content


def changes_of(row: Any) -> dict[str, list[str]]:
    return LogEntry.objects.get(content_type=ContentType.objects.get_for_model(row), object_pk=str(row.pk)).changes


def edit_of_a_form(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    country = Country.objects.get(pk="PL")
    edit(staff, country, name_fr="La Pologne", population="7")
    return country, {"name_fr": ["Pologne", "La Pologne"], "population": [str(country.population), "7"]}


def edit_of_a_reference(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    city = CityFactory(country=CountryFactory(code="XA", name_en="Xanadu"))
    edit(staff, city, country="PL")
    return city, {"country": ["Xanadu (XA)", "Poland (PL)"]}


def edit_of_a_list_of_words(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    tenant = TenantFactory(origins=["https://a.example"])
    edit(staff, tenant, origins="https://a.example https://b.example")
    return tenant, {"origins": ["https://a.example", "https://a.example, https://b.example"]}


def edit_of_members(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    country = CountryFactory(code="XA")
    edit(staff, country, regions=["Europe"])
    return country, {"regions": ["", "Europe"]}


def edit_of_a_row_below(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    city = City.objects.get(geonameid=2950159)
    sent = sent_by(staff.get(url(City, "change", city.pk)))
    name = city.names.get(pk=sent["names-0-id"])
    edit(staff, city, **{"names-0-name": "Bärlin"})
    return city, {f"city name Bärlin ({name.language}): name": [name.name, "Bärlin"]}


def row_added_below(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    country = CountryFactory(code="XA")
    row = {"language": "de", "name": "Xanadu", "country": "XA", "id": ""}
    sent = {f"alternative_names-0-{name}": value for name, value in row.items()}
    edit(staff, country, **sent, **{"alternative_names-TOTAL_FORMS": "1"})
    named = "alternative name Xanadu (de):"
    return country, {
        f"{named} country": [None, str(country)], f"{named} language": [None, "de"],
        f"{named} name": [None, "Xanadu"],
    }  # fmt: skip


def row_added(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    response = staff.post(url(Plan, "add"), {"name": "Small", "subdivision_access": "on", "requests_per_minute": "60"})
    assert response.status_code == 302
    plan = Plan.objects.get(name="Small")
    return plan, {
        "name": [None, "Small"], "subdivision_access": [None, True], "extended_translations": [None, False],
        "requests_per_minute": [None, "60"],
    }  # fmt: skip


def row_deleted(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    plan = PlanFactory(name="Small")
    staff.post(url(Plan, "delete", plan.pk), {"post": "yes"})
    return plan, {
        "name": ["Small", None], "subdivision_access": [True, None], "extended_translations": [True, None],
    }  # fmt: skip


def rows_deleted_by_an_action(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    plan = PlanFactory(name="Small", extended_translations=False)
    act(staff, "delete_selected", plan, post="yes")
    assert not Plan.objects.filter(pk=plan.pk).exists()
    return plan, {
        "name": ["Small", None], "subdivision_access": [True, None], "extended_translations": [False, None],
    }  # fmt: skip


def hidden(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    city = CityFactory()
    act(staff, "hide", city)
    city.refresh_from_db()
    return city, {"withdrawn_on": [None, str(city.withdrawn_on)]}


def shown_again(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    city = CityFactory(withdrawn_on="2026-01-02")
    act(staff, "show", city)
    return city, {"withdrawn_on": ["2026-01-02", None]}


def switched_by_an_action(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    row = TenantCountry.objects.get(tenant=TenantFactory(), country="PL")
    act(staff, "switch_off", row)
    return row, {"active": [True, False], "version": ["1", "2"]}


def switched_in_the_list(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    row = TenantCountry.objects.get(tenant=TenantFactory(), country="PL")
    sent = {
        "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": row.pk, "initial-form-0-active": "True",
        "_save": "Save",
    }  # fmt: skip
    assert (
        staff.post(f"{url(TenantCountry, 'changelist')}?tenant__id__exact={row.tenant_id}&q=Poland", sent).status_code
        == 302
    )
    return row, {"active": [True, False], "version": ["1", "2"]}


def named_for_a_tenant(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    tenant = TenantFactory()
    sent = {"tenant": tenant.pk, "country": "TW", "language": "de", "name": "Formosa"}
    assert staff.post(url(TenantCountryName, "add"), sent).status_code == 302
    return TenantCountry.objects.get(tenant=tenant, country="TW"), {"name de": [None, "Formosa"]}


def renamed_for_a_tenant(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    tenant = TenantFactory()
    TenantCountryName.objects.rename(tenant, "TW", {"de": "Formosa"})
    name = TenantCountryName.objects.get()
    edit(staff, name, name="Republik China")
    assert TenantCountryName.objects.get().pk == name.pk
    return TenantCountry.objects.get(tenant=tenant, country="TW"), {"name de": ["Formosa", "Republik China"]}


def name_for_a_tenant_dropped(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    tenant = TenantFactory()
    TenantCountryName.objects.rename(tenant, "TW", {"de": "Formosa"})
    act(staff, "delete_selected", TenantCountryName.objects.get(), post="yes")
    assert not TenantCountryName.objects.exists()
    return TenantCountry.objects.get(tenant=tenant, country="TW"), {"name de": ["Formosa", None]}


def corrected_by_spreadsheet(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    file = SimpleUploadedFile("a.csv", b"code,name_fr,population\nPL,La Pologne,7\n")
    before = Country.objects.get(pk="PL").population
    staff.post(url(Country, "spreadsheet"), {"file": file})
    return Country.objects.get(pk="PL"), {"name_fr": ["Pologne", "La Pologne"], "population": [str(before), "7"]}


def given_back(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    Country.objects.filter(pk="PL").rewrite(False).update(name_fr="La Pologne")
    staff.post(url(Country, "give_back", "PL"), {"correction": ["country:PL:name_fr"]})
    return Country.objects.get(pk="PL"), {"name_fr": ["La Pologne", "Pologne"]}


def all_given_back(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    Country.objects.filter(pk="PL").rewrite(False).update(name_fr="La Pologne")
    country = Country.objects.get(pk="PL")
    act(staff, "give_back_all", country, confirmed="yes")
    return country, {"name_fr": ["La Pologne", "Pologne"]}


def revoked(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    key, _ = ApiKey.objects.issue(TenantFactory(), "sk")
    act(staff, "revoke", key, confirmed="yes")
    key.refresh_from_db()
    return key, {"revoked_at": [None, str(key.revoked_at)]}


def client_revoked(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    client, _ = OAuthClient.objects.issue(TenantFactory(), "shop")
    act(staff, "revoke", client, confirmed="yes")
    return client, {"is_enabled": [True, False]}


def rolled(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    key, _ = ApiKey.objects.issue(TenantFactory(), "sk")
    staff.post(url(ApiKey, "roll", key.pk), {"overlap_hours": "24"})
    key.refresh_from_db()
    return key, {"expires_at": [None, str(key.expires_at)]}


def client_rolled(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    client, _ = OAuthClient.objects.issue(TenantFactory(), "shop")
    staff.post(url(OAuthClient, "roll", client.pk), {"overlap_hours": "24"})
    client.refresh_from_db()
    ends = [None, str(client.previous_secret_expires_at)]
    return client, {"client_secret": ["(secret)", "(secret)"], "previous_secret_expires_at": ends}


def key_edited(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    key, _ = ApiKey.objects.issue(TenantFactory(), "sk", scopes=["country.country_read"])
    edit(staff, key, label="till", expires_at_0="2099-01-01", expires_at_1="00:00")
    return key, {"label": ["", "till"], "expires_at": [None, "2099-01-01 00:00:00+00:00"]}


def import_applied(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    job = ImportJob.objects.create(what="import_countries", state=ImportJob.State.COMPARED)
    staff.post(url(ImportJob, "apply", job.pk))
    return job, {"state": ["compared", "applying"]}


def password_changed(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    user = User.objects.create_user("ada", password="a long pass phrase")
    words = "another long pass phrase"
    sent = {"password1": words, "password2": words, "usable_password": "true"}
    assert staff.post(reverse("admin:auth_user_password_change", args=[user.pk]), sent).status_code == 302
    return user, {"password": ["(secret)", "(secret)"]}


def group_joined(staff: Client) -> tuple[Any, dict[str, list[str]]]:
    user, group = User.objects.create_user("ada"), Group.objects.create(name="Editors")
    page = url(User, "change", user.pk)
    sent = {name: value for name, value in sent_by(staff.get(page)).items() if value != ""}
    joined = {"date_joined_0": f"{user.date_joined:%Y-%m-%d}", "date_joined_1": f"{user.date_joined:%H:%M:%S}"}
    joined |= {f"initial-{name}": value for name, value in joined.items()}
    response = staff.post(page, sent | joined | {"groups": [group.pk], "is_staff": "on"})
    assert response.status_code == 302, response.context["errors"]
    return user, {"groups": ["", "Editors"], "is_staff": [False, True]}


WRITES = [
    edit_of_a_form, edit_of_a_reference, edit_of_a_list_of_words, edit_of_members, edit_of_a_row_below, row_added_below,
    row_added, row_deleted, rows_deleted_by_an_action, hidden, shown_again, switched_by_an_action, switched_in_the_list,
    named_for_a_tenant, renamed_for_a_tenant, name_for_a_tenant_dropped, corrected_by_spreadsheet, given_back,
    all_given_back, revoked, client_revoked, rolled, client_rolled, key_edited, import_applied, password_changed,
    group_joined,
]  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__)
def test_a_write_by_staff_says_who_from_where_and_what_became_what(write, staff):
    row, changes = write(staff)
    kind = ContentType.objects.get_for_model(row)
    entry = LogEntry.objects.get(content_type=kind, object_pk=str(row.pk))
    assert entry.changes == changes
    assert (entry.actor.username, entry.additional_data["user"]) == ("admin", "admin")
    assert entry.remote_addr == "127.0.0.1"
    assert not DjangosEntry.objects.exists()
    text = unescape(staff.get(LIST).content.decode())
    assert all(change in text for change in history.changes(entry))


@pytest.mark.parametrize("write", [edit_of_a_form, switched_by_an_action, hidden], ids=lambda write: write.__name__)
def test_the_history_of_a_row_shows_the_same(write, staff):
    row, _ = write(staff)
    page = staff.get(url(type(row), "history", row.pk)).content.decode()
    entry = LogEntry.objects.get(content_type=ContentType.objects.get_for_model(row), object_pk=str(row.pk))
    assert all(change in page for change in history.changes(entry))
    assert "admin" in page
    assert "127.0.0.1" in page


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


@pytest.mark.parametrize(
    "write", [edit_of_a_form, hidden, switched_by_an_action, corrected_by_spreadsheet, revoked, all_given_back],
    ids=lambda write: write.__name__,
)  # fmt: skip
def test_what_cannot_be_recorded_is_not_written(write, staff, monkeypatch):
    def states() -> list[Any]:
        return [
            Country.objects.filter(pk="PL").rewrite(False).values("name_fr", "population").get(),
            City.objects.exclude(withdrawn_on=None).count(),
            TenantCountry.objects.filter(active=False).count(),
            ApiKey.objects.exclude(revoked_at=None).count(),
        ]

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    if write is all_given_back:
        Country.objects.filter(pk="PL").rewrite(False).update(name_fr="La Pologne")
    before = states()
    monkeypatch.setattr(LogEntry.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError):
        write(staff)
    assert states() == before


COMMANDS = {
    "create_plan Small --requests-per-minute 60": (Plan, "name", [None, "Small"]),
    "create_tenant globex --name Globex --plan Everything": (Tenant, "name", [None, "Globex"]),
    "set_tenant acme --languages de,fr": (Tenant, "languages", ["en, de, pl", "de, fr"]),
    "issue_api_key acme --label till": (ApiKey, "label", [None, "till"]),
    "issue_api_key acme --kind client --label till": (OAuthClient, "name", [None, "till"]),
    "roll_api_key {key}": (ApiKey, "expires_at", None),
    "revoke_api_key {key}": (ApiKey, "revoked_at", None),
    "import_countries --force": (ImportRun, "countries", [None, "1 changed"]),
}


@pytest.mark.once
@pytest.mark.parametrize(("command", "expected"), COMMANDS.items(), ids=lambda value: str(value).partition(" ")[0])
def test_a_write_by_a_command_is_in_the_history(command, expected, staff, tenant, secret, capsys):
    model, field, values = expected
    PlanFactory(name="Everything")
    poland = Country.objects.get(pk="PL")
    Country.objects.filter(pk="PL").update(population=1, upstream={**poland.upstream, "population": 1})
    name, *arguments = command.format(key=secret.split("_")[2]).split()
    call_command(name, *arguments, verbosity=0)
    kind = ContentType.objects.get_for_model(model)
    found = [entry for entry in LogEntry.objects.filter(content_type=kind) if field in (entry.changes or {})]
    assert [values or entry.changes[field] for entry in found] == [entry.changes[field] for entry in found]
    assert {entry.additional_data["command"] for entry in found} == {name}
    printed = capsys.readouterr().out.strip()
    assert not any(printed in repr(vars(entry)) for entry in found if printed.startswith("gaz_"))
    page = staff.get(LIST).content.decode()
    assert f"manage.py {name}" in page


def test_an_import_that_staff_started_names_them(staff):
    poland = Country.objects.get(pk="PL")
    Country.objects.filter(pk="PL").update(population=1, upstream={**poland.upstream, "population": 1})
    call_command("import_countries", verbosity=0, force=True, started_by="ada")
    assert "ada, by manage.py import_countries" in staff.get(LIST).content.decode()


def test_what_a_command_takes_back_is_not_in_the_history(tenant):
    with pytest.raises(CommandError):
        call_command("issue_api_key", "acme", "--network", "everywhere")
    assert not LogEntry.objects.exists()


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
