"""`manage.py doctor`: whatever is not well is named, with a remedy, and fails it."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings
from django.utils import timezone

from apps.api_keys.models import ApiKey
from apps.geography.sources import pinned
from apps.imports.models import ImportRun
from apps.operations import examination, readiness
from apps.revisions import migrated
from apps.revisions.triggers import repairs
from tests.databases import ROOT
from tests.places import leave
from tests.serving import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def installed(tenant: Any) -> None:
    User.objects.create_user("ada", is_staff=True)


def doctor(*arguments: str) -> tuple[int, str]:
    """Return the exit status and what was printed."""
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out, stderr=StringIO(), no_color=True)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def found(check: str) -> dict[str, str]:
    """Return of one check what is not well, with the remedy."""
    about = json.loads(doctor("--json")[1])
    return {
        each["said"]: each["remedy"] for each in about["checks"] if each["check"] == check and each["status"] != "ok"
    }


def test_a_whole_installation_is_well(installed):
    status, said = doctor()
    assert (status, [line for line in said.splitlines() if line.startswith("failed")]) == (0, [])
    for check in ("settings", "database", "migrations", "triggers", "data", "redis", "static files", "proxy", "clock"):
        assert f" {check}: " in said
    assert doctor("-v0") == (0, "")


def test_it_is_one_object_of_json(installed):
    status, said = doctor("--json")
    about = json.loads(said)
    assert (status, about["well"]) == (0, True)
    assert all(set(each) == {"check", "status", "said", "remedy"} for each in about["checks"])


@pytest.mark.once
def test_data_that_was_not_imported(installed):
    leave(cities=[])
    assert found("data") == {"There are no cities.": "Run manage.py import_cities."}
    status, said = doctor("-v0")
    assert status == 50
    assert said.startswith("failed   data: There are no cities.\n")


def test_a_pooler_that_shares_sessions_among_transactions(installed, monkeypatch):
    said = "A pooler in front of it gives each transaction another session."
    assert said not in found("database")
    # It gives a second connection the session that the first one has.
    monkeypatch.setattr(examination, "_session_of", lambda _: 7)
    assert (said in found("database")) is (connection.vendor == "postgresql")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no replicas.")
def test_a_replica_that_is_away_is_called_by_its_own_place(installed):
    named, port = connection.settings_dict, free_port()
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": f"postgres://{named['USER']}:{named['PASSWORD']}@{named['HOST']}:{named['PORT']}/{named['NAME']}",
        "REPLICA_URLS": f"postgres://ada:hushhush@127.0.0.1:{port}/copy",
    }
    command = [sys.executable, "manage.py", "doctor", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False)
    (said,) = [each["said"] for each in json.loads(done.stdout)["checks"] if each["said"].startswith("replica1")]
    assert said.startswith(f"replica1: ada@127.0.0.1:{port}/copy cannot be reached. Check host, port")
    assert "REPLICA_URLS" in said
    assert "hushhush" not in done.stdout


def test_a_trigger_that_is_gone(installed):
    name = "revise_data_city_delete"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'geography_city'")
            name = cursor.fetchone()[0]
            cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = 'geography_city'::regclass AND NOT tgisinternal"
            )
            name = cursor.fetchone()[0]
            cursor.execute(f"DROP TRIGGER {name} ON geography_city")
    (said,) = found("triggers")
    assert f"{name}: missing" in said
    assert found("triggers")[said] == "Run manage.py migrate."
    assert len(list(repairs(connection))) == 1


def test_a_migration_that_is_not_applied(installed):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'tenants' AND name LIKE '0001%%'", [])
    (said,) = found("migrations")
    assert "tenants.0001" in said
    assert found("data") == {"Not looked at, since that takes migrations.": "Mend the migrations first."}


def test_a_database_of_a_later_version(installed):
    MigrationRecorder(connection).record_applied("geography", "9999_to_come")
    (said,) = found("migrations")
    assert "geography.9999_to_come" in said
    assert doctor()[0] == 0


def test_a_database_that_does_not_answer_leaves_the_rest_unasked(installed, monkeypatch):
    def refuse(*arguments: object) -> None:
        raise OperationalError("connection failed: Connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)
    status, said = doctor()
    assert status == 50
    assert "failed   database: " in said
    assert "cannot be reached" in said
    assert "failed   triggers: Not looked at" in said


def test_a_redis_that_is_away(installed, settings):
    settings.REDIS_URL = f"redis://:hushhush@127.0.0.1:{free_port()}"
    (said,) = found("redis")
    assert "does not answer" in said
    assert "hushhush" not in said


def test_static_files_that_were_not_collected(installed, tmp_path):
    storages = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path, WHITENOISE_USE_FINDERS=False):
        (said,) = found("static files")
        assert "collectstatic" in found("static files")[said]


@pytest.mark.once
def test_what_passes_headers_with_underscores(installed, settings, server, monkeypatch):
    monkeypatch.setattr(examination, "TIMEOUT_SECONDS", 20)  # beside other tests
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.PUBLIC_URL = server.url  # with nothing in front
    ((said, remedy),) = found("proxy").items()
    assert "X_Forwarded_For" in said
    assert "nginx.conf" in remedy


def test_a_public_address_that_is_not_reached_is_told_and_fails_nothing(installed, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.PUBLIC_URL = f"http://127.0.0.1:{free_port()}"
    status, said = doctor()
    assert status == 0
    assert f"{settings.PUBLIC_URL} was not reached" in said


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0"])
def test_a_proxy_that_is_everybody(installed, settings, network):
    settings.TRUSTED_PROXIES = ["127.0.0.1", network]
    (said,) = found("proxy")
    assert network in said


@pytest.mark.parametrize("variable", ["METRICS_ALLOWED_ADDRESSES", "WEBHOOK_NETWORKS"])
def test_a_network_that_is_everybody(installed, settings, variable):
    setattr(settings, variable, ["10.0.0.0/8", "0.0.0.0/0"])
    (said,) = found("proxy")
    assert said.startswith(f"{variable} has 0.0.0.0/0: ")


def test_a_folder_of_imports_that_is_not_there(installed, settings):
    settings.IMPORT_FOLDER = "/nowhere/at/all"
    assert "IMPORT_FOLDER names /nowhere/at/all, which is not there or cannot be read." in found("files")


def test_a_clock_that_is_wrong(monkeypatch):
    assert next(examination._apart("Redis", 0.0))[0] == "failed"


def test_a_variable_that_is_nearly_one_of_ours(installed, monkeypatch):
    monkeypatch.setenv("WARM_FOLDERS", "/somewhere")
    assert found("settings") == {
        "The variable WARM_FOLDERS means nothing here.": "Write WARM_FOLDER, if that is what it is."
    }


def test_a_pepper_that_went_too_early(installed, secret, settings):
    settings.API_KEY_PEPPERS = {2: "another"}
    (said,) = found("credentials")
    assert said == "1 credentials do not work: API_KEY_PEPPER_1 is not set."
    assert "list_api_keys --pepper 1" in found("credentials")[said]
    call_command("list_api_keys", pepper=1, stdout=(out := StringIO()))
    assert ApiKey.objects.get().key_id in out.getvalue()


def test_nobody_who_could_log_in_is_a_warning(tenant):
    assert doctor()[0] == 0
    assert list(found("credentials")) == ["Nobody can log in to the back office."]


def test_a_tenant_that_is_named_and_not_there(installed, settings):
    settings.REST_COUNTRIES_TENANT, settings.EXPORTS_TENANTS = "nobody", ["nowhere"]
    said = found("credentials")
    assert said["REST_COUNTRIES_TENANT names nobody, which is no tenant."].startswith(
        "Run manage.py create_tenant nobody"
    )
    assert said["EXPORTS_TENANTS names nowhere, which is no tenant."].startswith("Run manage.py create_tenant nowhere")


def test_nothing_in_front_of_production(installed, settings):
    settings.IS_PRODUCTION, settings.SECURE_PROXY_SSL_HEADER = True, None
    ((said, remedy),) = found("proxy").items()
    assert "Nothing in front" in said
    assert "nginx.conf" in remedy


def test_an_import_that_is_to_come(installed):
    ImportRun.objects.create(command="import_toys", started_at=timezone.now() + timedelta(hours=2), seconds=1)
    assert any("which is to come" in said for said in found("clock"))


def test_sources_that_are_not_those_of_the_last_import(installed):
    run = ImportRun.objects.filter(command="import_countries").first() or ImportRun(command="import_countries")
    run.sources = dict.fromkeys(pinned.versions(), "0")
    run.save()
    assert "import_countries last ran on other sources than are installed." in found("data")


@pytest.mark.parametrize("variable", ["VAR_DIR", "EXPORTS_FOLDER", "WARM_FOLDER", "METRICS_FOLDER"])
def test_a_folder_that_is_not_there(installed, settings, variable):
    setattr(settings, variable, "/nowhere/at/all")
    assert "/nowhere/at/all is not there." in found("files")


@pytest.mark.parametrize(("free", "status"), [(50, "failed"), (500, "warning")])
def test_a_disk_that_is_nearly_full(installed, monkeypatch, free, status):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: Mock(free=free * 1e6))
    assert f"{status:<8} files: {free} MB are free" in doctor()[1]


def test_a_file_of_secrets_that_others_may_read(installed, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    (tmp_path / "secrets.json").touch(mode=0o644)
    assert found("files")[f"Others may read {tmp_path}/secrets.json."] == f"chmod 600 {tmp_path}/secrets.json"


def test_a_file_of_places_that_has_gone(installed, settings):
    settings.GEOIP_PATH = "/nowhere/at.mmdb"
    assert "GEOIP_PATH names /nowhere/at.mmdb, which cannot be read." in found("files")


def test_readiness_stops_at_what_is_missing(monkeypatch):
    assert set(readiness.states().values()) == {"ready"}
    monkeypatch.setattr(migrated, "unapplied", lambda connection: ["tenants.0001_initial"])
    assert dict(readiness.states()) == {
        "database": "ready", "migrations": "1 unapplied", "triggers": "not looked at", "data": "not looked at",
    }  # fmt: skip
