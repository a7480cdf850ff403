"""Roles: what each may open and write, and that nobody gives or takes over more than they have."""

from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from axes.models import AccessAttempt
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.api_keys.models import ApiKey, OAuthClient
from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.geography.models import (
    City,
    Country,
    Region,
    Subdivision,
    TenantCountry,
    TenantCountryName,
    TenantSubdivision,
)
from apps.geography.models.subdivisions import SubdivisionType
from apps.imports.models import ImportJob, ImportRun
from apps.staff import roles
from apps.tenants.models import Plan, StaffReach, Tenant
from apps.webhooks.models import Webhook
from config.urls import urlpatterns
from tests.back_office import sent_by
from tests.factories import CityFactory, CountryFactory, TenantFactory

pytestmark = pytest.mark.once

# What a role may do with each table: (s)ee, (a)dd, (c)hange, (d)elete a row of its own.
MATRIX = """
                                 viewer  editor  translator  tenant-manager  key-manager  importer  administrator
geography_country                s       sac     sc          s               -            s         sac
geography_region                 s       sacd    sc          s               -            s         sacd
geography_subdivision            s       sacd    sc          s               -            s         sacd
geography_city                   s       sacd    sc          s               -            s         sacd
geography_subdivisiontype        s       sacd    sc          s               -            s         sacd
geography_tenantcountry          s       s       -           sc              -            -         sc
geography_tenantsubdivision      s       s       -           sac             -            -         sac
geography_tenantcountryname      s       s       -           sacd            -            -         sacd
tenants_tenant                   s       s       -           sc              s            -         sac
tenants_plan                     s       s       -           s               s            -         sacd
api_keys_apikey                  s       s       -           s               sac          -         sac
api_keys_oauthclient             s       s       -           s               sac          -         sac
webhooks_webhook                 s       s       -           sacd            -            -         sacd
imports_importrun                s       s       -           -               -            s         s
imports_importjob                s       s       -           -               -            sa        sa
auditlog_logentry                s       s       s           s               s            s         s
auth_user                        -       -       -           -               -            -         sac
auth_group                       -       -       -           -               -            -         s
"""
HEAD, *LINES = MATRIX.strip().splitlines()
NAMES = HEAD.split()
TABLES = {line.split()[0]: dict(zip(NAMES, line.split()[1:], strict=True)) for line in LINES}
MAKE = Callable[..., Client]
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


@pytest.fixture
def log_in(db: None) -> MAKE:
    """Make a member of staff with these roles, who has logged in."""

    def make(*names: str, tenants: Any = (), languages: Any = ()) -> Client:
        user = User.objects.create_user("-".join(names), is_staff=True)
        user.groups.set(Group.objects.filter(name__in=[name.replace("-", " ").capitalize() for name in names]))
        assert user.groups.count() == len(names)
        reach = StaffReach.objects.create(user=user, languages=list(languages))
        reach.tenants.set(tenants)
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def other(db: None) -> Tenant:
    return TenantFactory(code="other")


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
        if needs_row := table in ROWS and not page.endswith("spreadsheet"):
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


# People.


@pytest.fixture
def administrator(log_in: MAKE) -> Client:
    return log_in("administrator")


def person(user: User, page: str = "change") -> str:
    return reverse(f"admin:auth_user_{page}", args=[user.pk])


def test_an_administrator_makes_nobody_superuser(administrator):
    me = User.objects.get(username="administrator")
    for user in (me, User.objects.create_user("somebody")):
        sent = sent_by(administrator.get(person(user))) | {"is_superuser": "on", "user_permissions": [1, 2, 3]}
        assert administrator.post(person(user), sent).status_code == 302
        user.refresh_from_db()
        assert not user.is_superuser
        assert not user.user_permissions.exists()


def test_an_administrator_does_not_take_over_a_superuser(administrator, admin_user):
    before = admin_user.password
    assert administrator.get(person(admin_user)).status_code == 200
    assert administrator.post(person(admin_user), {"username": "mine"}).status_code == 403
    new = {"password1": "correct horse battery", "password2": "correct horse battery"}
    url = reverse("admin:auth_user_password_change", args=[admin_user.pk])
    assert administrator.post(url, new).status_code == 403
    assert administrator.post(person(admin_user, "delete"), {"post": "yes"}).status_code == 403
    admin_user.refresh_from_db()
    assert (admin_user.password, admin_user.username) == (before, "admin")


def test_nobody_gives_a_role_that_allows_more_than_their_own(log_in):
    client = log_in("viewer")
    viewer = User.objects.get(username="viewer")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    other = User.objects.create_user("somebody")
    other.groups.add(Group.objects.get(name="Viewer"))
    offered = [str(each) for each in client.get(person(other)).context["adminform"].form.fields["groups"].queryset]
    assert offered == ["Viewer"]
    for user in (viewer, other):
        sent = sent_by(client.get(person(user))) | {"groups": [Group.objects.get(name="Administrator").pk]}
        client.post(person(user), sent)
        assert [group.name for group in user.groups.all()] == ["Viewer"]


def test_somebody_with_more_rights_is_not_taken_over_by_a_password(log_in):
    client = log_in("viewer")
    viewer = User.objects.get(username="viewer")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    editor = User.objects.create_user("somebody")
    editor.groups.add(Group.objects.get(name="Editor"))
    url = reverse("admin:auth_user_password_change", args=[editor.pk])
    assert (
        client.post(url, {"password1": "correct horse battery", "password2": "correct horse battery"}).status_code
        == 403
    )


def test_roles_that_one_can_not_give_stay(administrator):
    user, group = User.objects.create_user("somebody"), Group.objects.create(name="Auditors")
    group.permissions.add(Permission.objects.get(codename="view_session"))
    user.groups.add(group)
    assert "Auditors" not in [each.name for each in roles.grantable_by(User.objects.get(username="administrator"))]
    assert administrator.post(person(user), {}).status_code == 403
    assert [each.name for each in user.groups.all()] == ["Auditors"]


def test_a_limited_administrator_gives_no_wider_reach(log_in, tenant, other):
    client = log_in("administrator", "tenant-manager", tenants=[tenant])
    me = User.objects.get(username="administrator-tenant-manager")
    reach = {"reach-TOTAL_FORMS": 1, "reach-INITIAL_FORMS": 1, "reach-0-id": me.reach.pk, "reach-0-tenants": [other.pk]}
    client.post(person(me), sent_by(client.get(person(me))) | reach)
    assert list(me.reach.tenants.all()) == [tenant]
    client.post(person(me), sent_by(client.get(person(me))) | {"groups": [Group.objects.get(name="Administrator").pk]})
    assert sorted(group.name for group in me.groups.all()) == ["Administrator", "Tenant manager"]


def test_a_superuser_gives_roles_and_how_far_they_reach(admin_client, tenant):
    user = User.objects.create_user("somebody")
    url = person(user)
    page = admin_client.get(url).content.decode()
    assert "Tenant manager: decides what the tenants chosen for them show" in page
    assert 'name="user_permissions"' not in page
    sent = sent_by(admin_client.get(url)) | {
        "groups": [Group.objects.get(name="Tenant manager").pk], "reach-TOTAL_FORMS": 1, "reach-0-tenants": [tenant.pk],
        "reach-0-languages": ["pl"], "reach-0-user": user.pk,
    }  # fmt: skip
    assert admin_client.post(url, sent).status_code == 302
    assert list(user.reach.tenants.all()) == [tenant]
    assert list(StaffReach.objects.tenants_of(User.objects.get(pk=user.pk))) == [tenant]


def test_roles_are_explained(admin_client):
    text = admin_client.get(reverse("admin:auth_group_changelist")).content.decode()
    assert all(str(meaning) in text for meaning in roles.MEANINGS.values())
    page = admin_client.get(reverse("admin:auth_group_change", args=[Group.objects.get(name="Editor").pk]))
    assert "cities: see, add, change, delete" in page.content.decode()
    assert 'type="checkbox"' not in page.content.decode().partition("<main")[2]


def test_a_colleague_is_unlocked(administrator):
    user = User.objects.create_user("somebody")
    AccessAttempt.objects.create(
        username="somebody", ip_address="192.0.2.1", failures_since_start=5, attempt_time=timezone.now(),
        get_data="", post_data="", http_accept="", path_info="", user_agent="",
    )  # fmt: skip
    people = reverse("admin:auth_user_changelist")
    shown = {each.username: each.locked for each in administrator.get(people).context["cl"].result_list}
    assert shown["somebody"]
    administrator.post(people, {"action": "unlock", "_selected_action": [user.pk]})
    assert not AccessAttempt.objects.exists()
    assert LogEntry.objects.latest("pk").additional_data["note"] == "Unlocked after wrong passwords."


@pytest.mark.both
def test_every_role_that_is_explained_is_there(db):
    assert set(roles.MEANINGS) <= set(Group.objects.values_list("name", flat=True))
