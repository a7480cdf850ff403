"""Roles: what each may open and write, and that nobody gives or takes over more than they have."""

from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Group, User
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.api_keys.models import ApiKey, OAuthClient, RequestCount
from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.geography.models import (
    Country,
    DataCheck,
    Region,
    StoredSuspicion,
    Subdivision,
    TenantCountry,
    TenantCountryName,
    TenantSubdivision,
)
from apps.geography.models.subdivisions import SubdivisionType
from apps.imports.models import ImportJob, ImportRun
from apps.tenants.models import Plan, Tenant
from apps.webhooks.models import Webhook
from config.urls import urlpatterns
from tests.factories import CityFactory, CountryFactory
from tests.staff.rights import NAMES, TABLES

pytestmark = pytest.mark.once


STOCK = ("changelist", "add", "change", "delete", "history", "undo")


# What a role may do with each further page: (o)pen it, (p)ost to it. Addresses with a row are of one in reach.
PAGES_MATRIX = """
                                        viewer  editor  translator  tenant-manager  key-manager  importer  administrator
index                                   op      op      op          op              op           op        op
app_list                                op      op      op          op              -            op        op
autocomplete                            o       o       o           o               -            o         o
places                                  op      op      op          op              op           op        op
places_tree                             op      op      op          op              -            op        op
name_languages                          op      op      op          op              op           op        op
translations                            -       op      op          -               -            -         op
translation_file                        -       op      op          -               -            -         op
set_language                            op      op      op          op              op           op        op
sessions                                op      op      op          op              op           op        op
code                                    op      op      op          op              op           op        op
second_step                             op      op      op          op              op           op        op
second_step_qr                          op      op      op          op              op           op        op
recovery_codes                          op      op      op          op              op           op        op
password_change                         op      op      op          op              op           op        op
password_change_done                    o       o       o           o               o            o         o
login                                   op      op      op          op              op           op        op
jsi18n                                  o       o       o           o               o            o         o
geography_country_spreadsheet           -       op      -           -               -            -         op
geography_region_spreadsheet            -       op      -           -               -            -         op
geography_subdivision_spreadsheet       -       op      -           -               -            -         op
geography_subdivisiontype_spreadsheet   -       op      -           -               -            -         op
geography_city_spreadsheet              -       op      -           -               -            -         op
geography_country_give_back             -       p       -           -               -            -         p
geography_region_give_back              -       p       -           -               -            -         p
geography_subdivision_give_back         -       p       -           -               -            -         p
geography_subdivisiontype_give_back     -       p       -           -               -            -         p
geography_city_give_back                -       p       -           -               -            -         p
geography_storedsuspicion_look          -       p       -           -               -            p         p
geography_tenantcountry_of              o       o       -           op              -            -         op
api_keys_apikey_roll                    -       -       -           -               op           -         op
api_keys_apikey_secret                  -       -       -           -               op           -         op
api_keys_oauthclient_roll               -       -       -           -               op           -         op
api_keys_oauthclient_secret             -       -       -           -               op           -         op
webhooks_webhook_roll                   -       -       -           op              -            -         op
webhooks_webhook_secret                 -       -       -           op              -            -         op
webhooks_webhook_test                   -       -       -           p               -            -         p
imports_importjob_apply                 -       -       -           -               -            p         p
imports_importjob_cancel                -       -       -           -               -            p         p
imports_importjob_state                 o       o       -           -               -            o         o
auth_user_password_change               -       -       -           -               -            -         op
"""


PAGES = {
    line.split()[0]: dict(zip(NAMES, line.split()[1:], strict=True)) for line in PAGES_MATRIX.strip().splitlines()[1:]
}


@pytest.mark.parametrize("role", NAMES)
def test_every_role_opens_and_writes_what_the_matrix_says(role, log_in, tenant):
    client = log_in(role, tenants=[tenant], languages=["pl"])
    found, expected = {}, {}
    for table, rights in TABLES.items():
        for right, page in {"s": "changelist", "a": "add"}.items():
            url = reverse(f"admin:{table}_{page}")
            found[table, right, "GET"] = client.get(url).status_code
            expected[table, right, "GET"] = 200 if right in rights[role] else 403
            # An empty form is refused by its fields; whoever may not see them, before that.
            if right == "a":
                found[table, right, "POST"] = client.post(url, {}).status_code
                expected[table, right, "POST"] = 200 if right in rights[role] else 403
    assert found == expected


@pytest.mark.parametrize("role", NAMES)
def test_nobody_but_an_administrator_resets_the_second_step_of_a_colleague(role, log_in):
    client, colleague = log_in(role), User.objects.create_user("colleague", is_staff=True)
    TOTPDevice.objects.create(user=colleague, confirmed=True)
    sent = {"action": "reset_second_step", "_selected_action": [colleague.pk], "confirmed": "yes"}
    client.post(reverse("admin:auth_user_changelist"), sent)
    assert TOTPDevice.objects.exists() is (role != "administrator")


def recorded(tenant: Tenant) -> LogEntry:
    """Return an entry of the history that the tenant's managers see."""
    audit.record([audit.entry(Author(), tenant, {}, tenant=tenant.code)])
    return LogEntry.objects.latest("pk")


ROWS: dict[str, Callable[[Tenant], Any]] = {
    "geography_country": lambda tenant: Country.objects.get(pk="PL"),
    "geography_region": lambda tenant: Region.objects.create(code="Utopia", name_en="Utopia"),
    "geography_subdivision": lambda tenant: Subdivision.objects.create(code="PL-X", country_id="PL", name_en="Utopia"),
    "geography_subdivisiontype": lambda tenant: SubdivisionType.objects.create(code="shire", name_en="Shire"),
    "geography_city": lambda tenant: CityFactory(country=CountryFactory(), upstream=None),
    "geography_storedsuspicion": lambda tenant: StoredSuspicion.objects.create(
        check_of=DataCheck.objects.create(kind="twin_name"), code="PL-02", name="Utopia", evidence="also PL-04"
    ),
    "geography_tenantcountry": lambda tenant: TenantCountry.objects.get(tenant=tenant, country="PL"),
    "geography_tenantsubdivision": lambda tenant: TenantSubdivision.objects.create(
        tenant=tenant, subdivision=Subdivision.objects.get(code="PL-02")
    ),
    "geography_tenantcountryname": lambda tenant: TenantCountryName.objects.create(
        tenant=tenant, country_id="PL", language="pl", name="Polska"
    ),
    "tenants_tenant": lambda tenant: tenant,
    "tenants_plan": lambda tenant: Plan.objects.create(name="Spare"),
    "api_keys_apikey": lambda tenant: ApiKey.objects.issue(tenant, "sk")[0],
    "api_keys_oauthclient": lambda tenant: OAuthClient.objects.issue(tenant, "till")[0],
    "api_keys_requestcount": lambda tenant: RequestCount.objects.create(
        hour=timezone.now(), style="data", status=200, tenant=tenant.code, number=1
    ),
    "webhooks_webhook": lambda tenant: Webhook.objects.issue(tenant, "https://shop.example/changes")[0],
    "imports_importrun": lambda tenant: ImportRun.objects.create(
        command="import_countries", started_at=timezone.now(), seconds=1
    ),
    "imports_importjob": lambda tenant: ImportJob.objects.create(what="import_countries", state="compared"),
    "auditlog_logentry": lambda tenant: (
        audit.record([entry := audit.entry(Author(), tenant, {}, tenant=tenant.code)]) or entry
    ),
    "auth_user": lambda tenant: User.objects.create_user("somebody"),
    "auth_group": lambda tenant: Group.objects.get(name="Viewer"),
}


@pytest.mark.parametrize("role", NAMES)
def test_every_role_opens_and_posts_to_each_further_page_as_the_matrix_says(role, log_in, tenant):
    client = log_in(role, tenants=[tenant], languages=["pl"])
    rows, found = {}, {}
    for page in PAGES:
        table = page.rpartition("_")[0].removesuffix("_give").removesuffix("_password")
        if needs_row := table in ROWS and not page.endswith(("spreadsheet", "look")):
            rows.setdefault(table, tenant if page.endswith("_of") else ROWS[table](tenant))
        args = [rows[table].pk] if needs_row else ["geography"] if page == "app_list" else []
        try:
            url = reverse(f"admin:{page}", args=args)
        except NoReverseMatch:
            url = reverse(page)
        asked = {"app_label": "geography", "model_name": "city", "field_name": "subdivision", "term": "a"}
        may = {"o": client.get(url, asked).status_code, "p": client.post(url, {}).status_code}
        found[page] = "".join(right for right, status in may.items() if status in {200, 302}) or "-"
    assert found == {page: rights[role] for page, rights in PAGES.items()}


def test_no_page_of_the_back_office_is_missing_from_the_matrices():
    _, site = get_resolver().namespace_dict["admin"]
    beside = {each.name for each in urlpatterns if str(each.pattern).startswith("admin/") and hasattr(each, "name")}
    names = {name for name in (*site.reverse_dict, *beside) if isinstance(name, str)}
    assert names - {f"{table}_{page}" for table in TABLES for page in STOCK} == {*PAGES, "logout"}
    assert TABLES.keys() == ROWS.keys()


@pytest.mark.parametrize("role", NAMES)
def test_every_role_changes_and_deletes_what_the_matrix_says(role, log_in, tenant):
    client = log_in(role, tenants=[tenant], languages=["pl"])
    found, expected = {}, {}
    for table, make in ROWS.items():
        row, rights = make(tenant), TABLES[table][role]
        change = reverse(f"admin:{table}_change", args=[row.pk])
        delete = reverse(f"admin:{table}_delete", args=[row.pk])
        found[table] = (
            client.get(change).status_code, client.post(change, {}).status_code == 403,
            client.post(change.replace(f"{quote(row.pk)}/change", "undo/0")).status_code in {302, 403, 404},
            client.get(reverse(f"admin:{table}_history", args=[row.pk])).status_code,
            client.post(delete, {"post": "yes"}).status_code,
        )  # fmt: skip
        expected[table] = (
            200 if "s" in rights else 403, "c" not in rights, True, 200 if "s" in rights else 403,
            302 if "d" in rights else 403,
        )  # fmt: skip
    assert found == expected
