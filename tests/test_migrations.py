"""Upgrades: a database of 1.0 keeps its rows, and while it is migrated the old code goes on serving."""

import json
import os
import subprocess
import sys

import pytest
from django.db import models
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader

from tests.databases import ROOT, database_for

OURS = {"revisions", "back_office", "tenants", "api_keys", "imports", "geography"}
# What 1.0 had, and what had been released after it before this was checked.
RELEASED = {
    "api_keys": 4, "back_office": 1, "geography": 12, "imports": 3, "revisions": 3, "tenants": 6,
}  # fmt: skip

UPGRADE = """
import json
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

executor = MigrationExecutor(connection)
version_1_0 = [
    ("tenants", "0002_validate_origins"), ("api_keys", "0004_add_own_limits"),
    ("geography", "0008_remember_sources_of_city_names"),
]
executor.migrate(version_1_0)
model = executor.loader.project_state(version_1_0).apps.get_model
plan = model("tenants", "Plan").objects.create(name="Gold", requests_per_minute=None, monthly_quota=7)
tenant = model("tenants", "Tenant").objects.create(
    code="acme", name="Acme", plan=plan, languages=["en", "pl"], workspace_id="w" * 22
)
key = model("api_keys", "ApiKey").objects.create(
    tenant=tenant, kind="sk", key_id="k" * 11, digest="d" * 64, last_four="abcd", pepper_id=1
)
country = model("geography", "Country").objects.create(
    code="PL", alpha3="POL", numeric=616, name_en="Poland", name_pl="Polska", iso_name="Poland", calling_code="48",
    constant_number=95020616, iso_status="officially-assigned", is_independent=True,
)
subdivision = model("geography", "Subdivision").objects.create(
    country=country, code="PL-MZ", name_en="Mazovia", name_pl="Mazowieckie", is_state=True
)
model("geography", "City").objects.create(geonameid=756135, country=country, subdivision=subdivision, name="Warsaw")
model("geography", "TenantCountry").objects.create(tenant=tenant, country=country, active=False, version=5)
call_command("migrate", verbosity=0)
call_command("migrate", "--check", verbosity=0)

from apps.api_keys.models import ApiKey
from apps.geography.models import City, Country, Subdivision, TenantCountry
from apps.tenants.models import Plan, Tenant
print(json.dumps([
    list(Plan.objects.values_list("name", "requests_per_minute", "monthly_quota")),
    list(Tenant.objects.values_list("code", "plan__name", "languages", "requests_per_minute")),
    list(ApiKey.objects.values_list("tenant__code", "kind", "key_id")),
    list(Country.objects.values_list("code", "name_en", "name_pl")),
    list(Subdivision.objects.values_list("code", "country_id", "name_pl")),
    list(City.objects.values_list("geonameid", "subdivision__code", "name")),
    list(TenantCountry.objects.values_list("tenant__code", "country_id", "active", "version")),
]))
"""


def test_a_database_of_1_0_is_upgraded_with_its_rows():
    with database_for("upgrade") as url:
        environment = {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATABASE_URL": url}
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", UPGRADE],
            cwd=ROOT,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [
        [["Gold", None, 7]],
        [["acme", "Gold", ["en", "pl"], None]],
        [["acme", "sk", "k" * 11]],
        [["PL", "Poland", "Polska"]],
        [["PL-MZ", "PL", "Mazowieckie"]],
        [[756135, "PL-MZ", "Warsaw"]],
        [["acme", "PL", False, 5]],
    ]


def hindrance(operation) -> str | None:
    """Return what an operation does to processes of the version before, which serve until they are replaced."""
    match operation:
        case operations.RemoveField() | operations.DeleteModel():
            return "they still read what it takes away"
        case operations.RenameField() | operations.RenameModel() | operations.AlterModelTable():
            return "they still use the old name"
        case operations.RunSQL():
            return "nobody can tell what it locks"
        case operations.AddField(field=models.ManyToManyField()):
            return None
        case operations.AddField(field=field) if not field.null and not field.has_db_default():
            return "they insert rows without it; give it a db_default, or let it be null"
        case _:
            return None


def later_migrations():
    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return [found[key] for key in sorted(found) if key[0] in OURS and int(key[1][:4]) > RELEASED[key[0]]]


def test_migrations_are_safe_while_the_old_code_serves_or_say_why_not():
    """A migration that is not says in `takes_down_time` what has to stand still meanwhile, as the changelog does."""
    for migration in later_migrations():
        for operation in migration.operations:
            why = hindrance(operation)
            assert why is None or getattr(migration, "takes_down_time", ""), (
                f"{migration}: {operation.describe()}: {why}"
            )


@pytest.mark.parametrize(
    ("operation", "is_safe"),
    [
        (operations.AddField("plan", "x", models.IntegerField(null=True)), True),
        (operations.AddField("plan", "x", models.IntegerField(db_default=1)), True),
        (operations.AddField("plan", "x", models.IntegerField(default=1)), False),
        (operations.RemoveField("plan", "x"), False),
        (operations.RenameField("plan", "x", "y"), False),
        (operations.RunSQL("VACUUM"), False),
        (operations.CreateModel("X", []), True),
    ],
    ids=lambda value: value.describe() if hasattr(value, "describe") else str(value),
)
def test_what_hinders_the_old_code_is_found(operation, is_safe):
    assert (hindrance(operation) is None) is is_safe
