"""Tenants and plans from the shell."""

import pytest
from django.core.management import CommandError, call_command

from apps.api.limits.throttling import limits_of
from apps.api_keys import credentials
from apps.geography.models import Country
from apps.tenants.models import Plan, Tenant
from tests.factories import issue_key


def run(capsys, *arguments) -> str:
    call_command(*arguments)
    return capsys.readouterr().out


def test_a_tenant_is_made_of_its_code_alone(db, capsys):
    printed = run(capsys, "create_tenant", "globex")
    tenant = Tenant.objects.select_related("plan").get(code="globex")
    assert (tenant.name, tenant.languages, tenant.default_language) == ("globex", ["en"], "en")
    assert (tenant.plan.name, tenant.plan.requests_per_minute) == ("Everything", 60_000)
    assert tenant.requires_x_version
    assert tenant.workspace_id in printed
    assert Country.objects.active_for(tenant).count() == Country.objects.current().count()
    run(capsys, "create_tenant", "initech")
    assert Plan.objects.filter(name="Everything").count() == 1


def test_a_tenant_is_made_with_all_that_it_can_have(db, capsys):
    plan = "--no-subdivisions --no-extended-translations --requests-per-minute 60 --monthly-quota none"
    run(capsys, "create_plan", "Small", *plan.split())
    given = "--name Globex --languages DE,pl --plan Small --x-version optional --origin https://shop.example"
    run(capsys, "create_tenant", "globex", *given.split(), "--origin", "http://localhost:*", "--monthly-quota", "1000")
    tenant = Tenant.objects.select_related("plan").get(code="globex")
    assert (tenant.name, tenant.languages, tenant.default_language) == ("Globex", ["de", "pl"], "de")
    assert not tenant.requires_x_version
    assert tenant.origins == ["https://shop.example", "http://localhost:*"]
    assert (tenant.limit_per_minute, tenant.limit_per_month) == (60, 1000)
    assert not tenant.plan.subdivision_access
    assert not tenant.plan.extended_translations


def test_what_is_given_changes_and_the_rest_stays(tenant, capsys):
    before = Tenant.objects.get(pk=tenant.pk)
    printed = run(capsys, "set_tenant", "acme", "--x-version", "optional")
    now = Tenant.objects.get(pk=tenant.pk)
    assert "X-Version           optional" in printed
    assert not now.requires_x_version
    for field in ("name", "languages", "default_language", "plan_id", "origins", "is_enabled", "monthly_quota"):
        assert getattr(now, field) == getattr(before, field)


@pytest.mark.parametrize(("given", "now"), [("on", True), ("off", False)])
def test_a_tenant_is_switched_off_and_on(tenant, capsys, given, now):
    run(capsys, "set_tenant", "acme", "--enabled", given)
    assert Tenant.objects.get(pk=tenant.pk).is_enabled is now


def test_origins_are_replaced_and_taken_away(tenant, capsys):
    run(capsys, "set_tenant", "acme", "--origin", "https://a.example", "--origin", "https://b.example")
    run(capsys, "set_tenant", "acme", "--origin", "https://c.example")
    assert Tenant.objects.get(pk=tenant.pk).origins == ["https://c.example"]
    run(capsys, "set_tenant", "acme", "--origin", "")
    assert Tenant.objects.get(pk=tenant.pk).origins == []


def test_own_limits_outrank_those_of_the_plan_until_they_are_given_up(tenant, capsys):
    Plan.objects.update(requests_per_minute=100, monthly_quota=1_000)
    key = issue_key(tenant)

    def limits() -> list[int]:
        return [limit.count for limit in limits_of(credentials.authenticate(key))]

    assert limits() == [100, 1_000]
    run(capsys, "set_tenant", "acme", "--requests-per-minute", "7", "--monthly-quota", "2000")
    assert limits() == [7, 2_000]
    run(capsys, "set_tenant", "acme", "--requests-per-minute", "none", "--monthly-quota", "none")
    assert limits() == [100, 1_000]


def test_a_tenant_that_may_ask_nothing_is_not_said_to_have_no_limit(tenant, capsys):
    Tenant.objects.update(requests_per_minute=0)
    said = run(capsys, "set_tenant", "acme", "--name", "Acme")
    assert "requests per minute 0" in said
    assert "requests per month  no limit" in said


def test_a_language_that_is_named_twice_is_one(tenant, capsys):
    run(capsys, "set_tenant", "acme", "--languages", "de, en,DE")
    assert Tenant.objects.get().languages == ["de", "en"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create_tenant", "acme"], "There is a tenant acme already"),
        (["create_tenant", "Acme"], "code: 3 to 16 characters"),
        (["create_tenant", "globex", "--languages", "en,xx"], "languages: Give a list of codes"),
        (["create_tenant", "globex", "--languages", ""], "languages:"),
        (["create_tenant", "globex", "--default-language", "de"], "default_language: The default language must be"),
        (["create_tenant", "globex", "--plan", "Gold"], "There is no plan 'Gold'"),
        (["create_tenant", "globex", "--origin", "shop.example"], "origins: Give origins such as"),
        (["create_tenant", "globex", "--x-version", "v2"], "'v2' is neither required nor optional"),
        (["create_tenant", "globex", "--requests-per-minute", "0"], "'0' is neither a whole number"),
        (["create_tenant", "globex", "--monthly-quota", "٣"], "neither a whole number"),
        (["set_tenant", "nobody"], "There is no tenant nobody; there are: acme"),
        (["create_plan", "Taken"], "name: Plan with this Name already exists"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused_by_name_and_changes_nothing(tenant, arguments, said):
    Plan.objects.create(name="Taken")
    before = (list(Tenant.objects.values()), list(Plan.objects.values()))
    with pytest.raises(CommandError, match=said):
        call_command(*arguments)
    assert (list(Tenant.objects.values()), list(Plan.objects.values())) == before
