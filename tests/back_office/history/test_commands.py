"""What commands write is in the history."""

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command

from apps.api_keys.models import ApiKey, OAuthClient
from apps.geography.models import Country
from apps.imports.models import ImportRun
from apps.tenants.models import Plan, Tenant
from tests.back_office.history.writes import LIST
from tests.factories import PlanFactory

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
