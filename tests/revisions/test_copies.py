"""Back-up and restore, drilled: rows come back, numbers do not."""

import fcntl
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command

from apps.revisions import copies
from apps.revisions.copies import VERSIONS_BEYOND
from tests.databases import ROOT, database_for, with_data
from tests.serving import Server, running, with_demo


def manage(environment, *arguments, fails=False):
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) is fails, done.stderr
    return done.stderr if fails else done.stdout


def asked(url, statement):
    """Return the rows that a database answers with."""
    is_file = url.startswith("sqlite")
    with closing(sqlite3.connect(url.removeprefix("sqlite:///")) if is_file else psycopg.connect(url)) as connection:
        return connection.execute(statement).fetchall()


def revisions_of(url):
    return dict(asked(url, "SELECT name, number FROM tenants_revision"))


def cities_of(url):
    return asked(url, "SELECT count(*), max(geonameid) FROM geography_city")


def state(url):
    """Return number and digest of the rows of each table, the revisions, and the sum of all versions."""
    rows = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if model._meta.proxy or table == "tenants_revision":
            continue
        fields = [field.column for field in model._meta.local_concrete_fields if field.name != "version"]
        selected = ", ".join(f'"{field}"' for field in fields)
        if table == "geography_searchname":
            # Six hundred thousand rows, folded from those of the others.
            selected = "count(*), min(id), max(id), sum(id)"
        lines = sorted(map(repr, asked(url, f'SELECT {selected} FROM "{table}"')))  # noqa: S608 - names of ours
        rows[table] = [len(lines), hashlib.sha256("".join(lines).encode()).hexdigest()]
    [[versions]] = asked(url, "SELECT sum(version) FROM geography_tenantcountry")
    return rows, revisions_of(url), versions


def test_a_restored_database_has_the_rows_of_then_and_no_number_of_before(tmp_path):
    template, demo = with_demo()
    file = tmp_path / "copy"
    with database_for("restored", template) as url:
        environment = {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATABASE_URL": url}
        with running(environment) as port:
            server = Server(port, demo, environment)
            headers = {"Authorization": f"Bearer {demo['private_key']}", "X_Version": "v2"}
            path = f"/country/{demo['tenant']}/countries/DE"

            def switch(active, **more):
                body = json.dumps({"active": active}).encode()
                return server.ask(path, method="PATCH", body=body, Content_Type="application/json", **headers, **more)

            assert switch(True).status in {204, 409}
            manage(environment, "backup", str(file))
            assert file.stat().st_mode & 0o777 == 0o600
            rows, revisions, versions = state(url)
            there = server.ask(path, **headers)
            assert switch(False).status == 204
            gone = server.ask(path, **headers)
            assert gone.headers["etag"] != there.headers["etag"]
            moved = revisions_of(url)

            assert "--force" in manage(environment, "restore", str(file), fails=True)
            manage(environment, "restore", str(file), "--force")

            # The process that served before goes on, with all that it remembers.
            back = server.ask(path, **headers)
            assert back.json()["active"] is True
            assert server.ask(path, If_None_Match=gone.headers["etag"], **headers).status == 200
            assert server.ask(path, If_None_Match=there.headers["etag"], **headers).status == 200
            assert switch(False, If_Match=gone.headers["etag"]).status == 412
            restored, numbers, later = state(url)
            # When a credential was last used is written beside, whenever it is time.
            # Who follows changes is told to begin anew, which a row says.
            others = {"auth_permission", "api_keys_credentialuse", "geography_change"}
            assert {table for table in rows if rows[table] != restored[table]} <= others
            assert min(numbers[name] for name in revisions) > max(moved.values())
            assert later - versions == VERSIONS_BEYOND * rows["geography_tenantcountry"][0]
            assert switch(False, If_Match=back.headers["etag"]).status == 204
            assert server.ask(path, **headers).json()["active"] is False


def test_an_empty_database_takes_a_copy_without_being_asked_twice(tmp_path):
    file = tmp_path / "copy"
    with database_for("saved", with_data()) as url:
        environment = {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATABASE_URL": url}
        assert manage(environment, "backup", str(file), "-v0") == ""
        before = hashlib.sha256(file.read_bytes()).hexdigest()
        assert "--force" in manage(environment, "backup", str(file), fails=True)
        assert hashlib.sha256(file.read_bytes()).hexdigest() == before
        cities = cities_of(url)
    with database_for("restored") as url:
        environment = {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATABASE_URL": url}
        assert manage(environment, "restore", str(file), "-v0") == ""
        assert cities_of(url) == cities


@pytest.mark.parametrize("written", [b"", b"not a database at all" * 100], ids=["nothing", "something else"])
def test_what_is_no_copy_changes_nothing(tmp_path, written):
    file = tmp_path / "copy"
    file.write_bytes(written)
    with database_for("restored", with_data()) as url:
        environment = {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATABASE_URL": url}
        said = manage(environment, "restore", str(file), "--force", fails=True)
        assert "Nothing was changed" in said
        assert "Traceback" not in said


def test_a_broken_file_that_is_to_be_replaced_is_named_and_left(tmp_path, monkeypatch):
    source, target = tmp_path / "copy", tmp_path / "broken"
    with closing(sqlite3.connect(source)) as copy:
        copy.executescript("CREATE TABLE django_migrations (a); CREATE TABLE tenants_revision (a);")
    target.write_bytes(b"not a database at all" * 100)
    database = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": target}, close=lambda: None)
    monkeypatch.setattr(copies, "connections", {"default": database})
    with pytest.raises(copies.CopyFailed, match=rf"^{target}, which is to be replaced, .*not a database"):
        copies.put_back(source)
    assert target.read_bytes().startswith(b"not a database")


@pytest.mark.once
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_stops_a_restore_waits_until_no_number_of_before_can_come_again(tmp_path, monkeypatch, capsys, stop):
    (tmp_path / "copy").touch()
    moved = []
    monkeypatch.setattr(copies, "highest_revision", lambda: 7)
    monkeypatch.setattr(copies, "put_back", lambda source: signal.raise_signal(stop))
    monkeypatch.setattr(copies, "move_on", moved.append)
    monkeypatch.setattr("apps.revisions.management.commands.restore.call_command", lambda *called, **options: None)
    former = signal.getsignal(stop)
    call_command("restore", str(tmp_path / "copy"), force=True, verbosity=0)
    assert moved == [7]
    assert "has to be finished" in capsys.readouterr().err
    assert signal.getsignal(stop) == former


@pytest.mark.once
def test_a_full_disk_is_a_matter_of_files_and_nothing_is_left_of_the_copy(tmp_path, monkeypatch):
    source, folder = tmp_path / "source", tmp_path / "folder"
    folder.mkdir()
    with closing(sqlite3.connect(source)) as database:
        database.execute("CREATE TABLE a (b)")

    class Full(sqlite3.Connection):
        def backup(self, target, **options):
            [(_, _, name)] = target.execute("PRAGMA database_list").fetchall()
            Path(f"{name}-journal").write_text("half of it")
            raise sqlite3.OperationalError("database or disk is full")

    database = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": source})
    monkeypatch.setattr(copies, "connections", {"default": database})
    monkeypatch.setattr(copies, "_file", lambda database: sqlite3.connect(source, factory=Full))
    with pytest.raises(copies.CopyFailed, match="space on the disk") as raised:
        copies.save(folder / "copy")
    assert raised.value.exit_status == copies.FILE
    assert list(folder.iterdir()) == []


def test_who_migrates_a_file_waits_for_another_who_does(tmp_path):
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/file"}
    command = [sys.executable, "manage.py", "migrate", "back_office"]
    options = {"cwd": ROOT, "env": os.environ | environment, "stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL}
    with (tmp_path / "file.migrating.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(command, **options)
        assert process.stderr.readline() == b"Another migrate is at work; waiting for it.\n"
        assert process.poll() is None
    assert process.communicate(timeout=120) == (None, b"")
    assert process.returncode == 0


def test_nothing_is_no_back_up(tmp_path):
    with database_for("nothing") as url:
        said = manage({"DATABASE_URL": url}, "backup", str(tmp_path / "copy"), fails=True)
    assert "holds nothing of ours" in said
    assert not (tmp_path / "copy").exists()
