"""A command with other settings does nothing to production's database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from apps.revisions import production
from apps.revisions.models import Production
from tests.serving import ROOT

SECRETS = {"SECRET_KEY": "x" * 50, "API_KEY_PEPPER_1": "y" * 32, "ALLOWED_HOSTS": "gazetteer.example"}


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=kept | variables, capture_output=True, text=True, check=False)


def test_production_marks_its_database_once(db, settings):
    production.mark()
    assert not Production.objects.exists()
    settings.IS_PRODUCTION = True
    production.mark()
    production.mark()
    assert Production.objects.count() == 1


def test_other_settings_refuse_a_marked_database_and_production_s_do_not(db, settings):
    assert production.production_is_left_alone() == []
    Production.objects.create()
    (error,) = production.production_is_left_alone()
    assert "production's" in error.msg
    settings.IS_PRODUCTION = True
    assert production.production_is_left_alone() == []


@pytest.mark.parametrize("command", [("issue_api_key", "acme"), ("quickstart", "--no-serve"), ("import_countries",)])
def test_commands_do_nothing_to_a_marked_database(tenant, settings, command):
    settings.QUICKSTART_ALLOWED = True
    Production.objects.create()
    with pytest.raises((SystemCheckError, CommandError), match="production's"):
        call_command(*command, skip_checks=False)


@pytest.mark.once
def test_a_shell_with_production_s_secrets_runs_production_s_commands(tmp_path: Path) -> None:
    asked = ("shell", "-v0", "-c", "from django.conf import settings; print(settings.IS_PRODUCTION)")
    database = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    assert manage(*asked, **database).stdout.strip() == "False"
    assert manage(*asked, **database, **SECRETS).stdout.strip() == "True"
    file = tmp_path / "key"
    file.write_text("x" * 50)
    by_file = {name: value for name, value in SECRETS.items() if name != "SECRET_KEY"} | {"SECRET_KEY_FILE": str(file)}
    assert manage(*asked, **database, **by_file).stdout.strip() == "True"
    chosen = {"DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    assert manage(*asked, **database, **SECRETS, **chosen).stdout.strip() == "False"


@pytest.mark.once
def test_production_s_quickstart_is_refused_whatever_else_is_set(tmp_path: Path) -> None:
    ended = manage("quickstart", "--no-serve", DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3", **SECRETS)
    assert ended.returncode == 1
    assert "under development settings only" in ended.stderr
