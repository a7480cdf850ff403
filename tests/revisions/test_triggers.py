"""Triggers stand in the database as the apps declare them, or `check` and `migrate --check` say which do not."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from apps.geography.apps import GeographyConfig
from apps.operations import readiness
from apps.revisions import triggers
from apps.revisions.checks import standing_triggers
from apps.revisions.management.commands.migrate import ADVISORY_LOCK
from apps.revisions.triggers import Body, Trigger
from tests.serving import ROOT

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has neither functions nor locks")

IS_SQLITE = connection.vendor == "sqlite"
# One of each kind: of a revision, with and without rows, of an assignment, and those that date rows.
KINDS = [
    "revise_geography_city_update",
    "revise_geography_tenantcountry_update",
    "assign_countries_to_new_tenant",
    "stamp_country",
    "stamp_subdivision_by_officialname_insert",
]


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def of_this_database() -> list[Trigger]:
    return [each for each in triggers.declared() if (each.sqlite if IS_SQLITE else each.postgresql)]


def named(name: str) -> Trigger:
    return next(each for each in triggers.declared() if each.name == name)


def drop(trigger: Trigger) -> None:
    sql(f"DROP TRIGGER {trigger.name}" + ("" if IS_SQLITE else f" ON {trigger.table}"))


def create(name: str, table: str) -> None:
    """Make a trigger that does nothing, as somebody else would."""
    if IS_SQLITE:
        sql(f"CREATE TRIGGER {name} AFTER INSERT ON {table} BEGIN SELECT 1; END")
        return
    sql(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        f"CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )


def wrong() -> dict[str, str]:
    return {repair.name: repair.wrong for repair in triggers.repairs(connection)}


def standing() -> set[str]:
    with connection.cursor() as cursor:
        if IS_SQLITE:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        return {name for (name,) in cursor.fetchall()}


def migrate() -> None:
    # With the checks, as from the shell: they must not stop migrate before it repairs.
    call_command("migrate", verbosity=0, skip_checks=False)


def test_nothing_is_wrong_after_migrate():
    assert standing_triggers(["default"]) == []
    assert {each.name for each in of_this_database()} <= standing()


def test_each_trigger_that_is_missing_is_named_and_migrate_brings_it_back():
    for trigger in of_this_database():
        drop(trigger)
        assert wrong().pop(trigger.name) == "missing"
    (message,) = standing_triggers(["default"])
    names = set(re.findall(r"\w+", message.msg))
    assert {each.name for each in of_this_database()} <= names
    migrate()
    assert standing_triggers(["default"]) == []


@pytest.mark.parametrize("name", KINDS)
def test_a_trigger_with_another_body_is_named_and_migrate_replaces_it(name):
    trigger = named(name)
    if IS_SQLITE:
        drop(trigger)
        create(name, trigger.table)
    else:
        sql(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
    assert wrong() == {name: "not as this version has them"}
    (message,) = standing_triggers(["default"])
    assert (message.id, name in message.msg) == ("revisions.W001", True)
    migrate()
    assert wrong() == {}


@on_postgresql
@pytest.mark.parametrize("name", KINDS)
def test_a_trigger_of_another_shape_is_named_and_migrate_replaces_it(name):
    trigger = named(name)
    sql(
        f"CREATE OR REPLACE TRIGGER {name} AFTER {trigger.event} ON {trigger.table} "
        f"FOR EACH ROW WHEN (false) EXECUTE FUNCTION {name}()"
    )
    assert wrong() == {name: "not as this version has them"}
    migrate()
    assert wrong() == {}


@on_postgresql
@pytest.mark.parametrize("mode", ["DISABLE TRIGGER", "ENABLE REPLICA TRIGGER"])
def test_a_trigger_that_does_not_run_is_named_and_migrate_lets_it_run_again(mode):
    sql(f"ALTER TABLE geography_city {mode} revise_geography_city_update")
    assert wrong() == {"revise_geography_city_update": "disabled"}
    migrate()
    assert wrong() == {}


@on_postgresql
def test_a_trigger_that_an_operator_lets_run_on_replicas_too_is_left_as_it_is():
    sql("ALTER TABLE geography_city ENABLE ALWAYS TRIGGER revise_geography_city_update")
    assert wrong() == {}


def test_what_is_no_longer_declared_is_dropped(monkeypatch):
    tables = {table: name for table, name in GeographyConfig.revised_tables.items() if table != "geography_city"}
    monkeypatch.setattr(GeographyConfig, "revised_tables", tables)
    gone = {name for name in standing() if name.startswith("revise_geography_city_")}
    assert wrong() == dict.fromkeys(gone, "no longer declared")
    migrate()
    assert not gone & standing()
    if not IS_SQLITE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT proname FROM pg_proc WHERE proname = ANY(%s)", [list(gone)])
            assert cursor.fetchall() == []


def test_what_versions_without_a_mark_made_is_dropped_too():
    create("revise_geography_alias_insert", "geography_city")
    assert wrong() == {"revise_geography_alias_insert": "no longer declared"}
    migrate()
    assert "revise_geography_alias_insert" not in standing()


def test_triggers_of_others_stay():
    create("stamp_city", "geography_city")
    create('"Audit cities"' if IS_SQLITE else "audit_cities", "geography_city")
    before = standing()
    assert wrong() == {}
    migrate()
    assert standing() == before


def test_migrate_with_nothing_to_do_makes_and_drops_nothing():
    with CaptureQueriesContext(connection) as queries:
        triggers.install()
    assert [
        query["sql"] for query in queries if re.search(r"\b(CREATE|DROP|ALTER|UPDATE|INSERT)\b", query["sql"])
    ] == []


@on_postgresql
def test_migrate_with_nothing_to_do_waits_for_no_writer():
    tables = ", ".join({trigger.table for trigger in triggers.declared()})
    other = connections.create_connection("default")
    other.settings_dict = connection.settings_dict
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"LOCK TABLE {tables} IN ROW EXCLUSIVE MODE")
        sql("SET LOCAL lock_timeout = '200ms'")
        triggers.install()
        cursor.execute("ROLLBACK")
    other.close()


@on_postgresql
def test_a_new_body_waits_for_no_writer():
    name = "revise_geography_city_update"
    sql(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
    (repair,) = triggers.repairs(connection)
    assert [statement.split("(")[0] for statement in repair.statements] == [f"CREATE OR REPLACE FUNCTION {name}"]


@pytest.mark.skipif(not IS_SQLITE, reason="PostgreSQL lets columns go that triggers name")
def test_triggers_make_way_for_migrations_and_come_back():
    create("stamp_city", "geography_city")
    triggers.make_way(plan=[])
    assert wrong() == {}
    triggers.make_way(plan=["a migration"])
    assert standing() == {"stamp_city"}
    triggers.install()
    assert wrong() == {}


@pytest.mark.once
def test_a_database_of_sqlite_goes_back_and_forth_with_its_triggers(tmp_path: Path):
    """Both ways a table is made anew that triggers of others name: back with those of before, forth with ours."""
    path = tmp_path / "old.sqlite3"
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": f"sqlite:///{path}"}

    def manage(*arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, capture_output=True)

    manage("migrate")
    with closing(sqlite3.connect(path)) as database:
        for name, text in database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
            database.execute(text.replace(f"{triggers.MARK} ", ""))
    manage("migrate", "tenants", "0004")
    manage("migrate")


def test_migrate_check_fails_where_migrate_would_install_a_trigger(capsys):
    call_command("migrate", check_unapplied=True)
    drop(named("assign_countries_to_new_tenant"))
    with pytest.raises(SystemExit) as ended:
        call_command("migrate", check_unapplied=True)
    assert ended.value.code == 1
    assert "assign_countries_to_new_tenant: missing" in capsys.readouterr().out
    assert "assign_countries_to_new_tenant" not in standing()


def test_migrate_plan_lists_the_triggers(capsys):
    drop(named("stamp_country"))
    call_command("migrate", plan=True)
    assert "stamp_country: missing" in capsys.readouterr().out


def test_a_trigger_whose_target_is_not_there_is_not_made(monkeypatch):
    body = Body("DELETE FROM nowhere;")
    early = Trigger("early", "geography_city", "DELETE", "nowhere", sqlite=body, postgresql=body)
    monkeypatch.setattr(GeographyConfig, "triggers", lambda config: [early])
    assert "early" not in wrong()


def test_triggers_of_a_later_version_are_left_as_they_are(capsys):
    drop(named("stamp_country"))
    assert readiness.states()["triggers"] == "1 to be repaired"
    MigrationRecorder(connection).record_applied("geography", "9999_to_come")
    triggers.install()
    assert len(list(triggers.repairs(connection))) == 1
    call_command("migrate", check_unapplied=True)
    said = "A later version of Gazetteer has migrated this database, so its triggers are left as they are"
    assert capsys.readouterr().err == f"{said}: geography.9999_to_come.\n"
    assert readiness.states()["triggers"] == readiness.READY
    (message,) = standing_triggers(databases=["default"])
    assert message.id == "revisions.W002"


@on_postgresql
def test_who_migrates_waits_for_whoever_does_so_already(capsys):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        sql("SET LOCAL lock_timeout = '100ms'")
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            call_command("migrate", verbosity=1)
    other.close()
    assert capsys.readouterr().err == "Another migrate is at work; waiting for it.\n"
