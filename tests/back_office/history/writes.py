"""Every way in which staff write: each does it, and says of what row, and what became what."""

from collections.abc import Callable
from typing import Any

from auditlog.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.api_keys.models import ApiKey, OAuthClient
from apps.geography.models import City, Country, TenantCountry, TenantCountryName
from apps.imports.models import ImportJob
from apps.tenants.models import Plan
from tests.back_office import sent_by
from tests.factories import CityFactory, CountryFactory, PlanFactory, TenantFactory

LIST = reverse("admin:auditlog_logentry_changelist")


Write = Callable[[], Any]


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
