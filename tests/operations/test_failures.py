"""What goes wrong with a command is said in one line, with its remedy, and ends with a status of its own."""

import errno
import io
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from getpass import GetPassWarning
from pathlib import Path
from unittest.mock import Mock

import psycopg
import pytest
import redis
from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, OperationalError, ProgrammingError, connection
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from apps.imports.files.source import BadSource
from apps.imports.lock import ImportRunning
from apps.imports.run import NotReady, Refused
from apps.operations import failures
from apps.operations.failures import Status, explained
from apps.operations.management.commands.doctor import UNWELL
from apps.quickstart.management.commands.quickstart import PORT
from config import env
from manage import UNSUPPORTED_PYTHON
from tests.serving import ROOT, free_port

Asked = Callable[..., failures.Failure | None]


def manage(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=kept | variables, capture_output=True, text=True, check=False)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker) -> Asked:
    """Return what tells what is said when a statement is run on the database of a URL, which no test has as its own."""

    def ask(url: str, statement: str = "SELECT 1") -> failures.Failure | None:
        monkeypatch.setenv("DATABASE_URL", url)
        database = ConnectionHandler({"default": env.database(None)})["default"]
        try:
            with django_db_blocker.unblock(), pytest.raises(DatabaseError) as raised, database.cursor() as cursor:
                cursor.execute(statement)
            return explained(raised.value)
        finally:
            database.close()

    return ask


def test_a_server_that_is_not_there(asked):
    failure = asked(f"postgres://gazetteer:hushhush@127.0.0.1:{free_port()}/gazetteer")
    assert failure.status == Status.UNREACHABLE
    assert "Check host, port" in failure.text
    assert "hushhush" not in failure.text
    assert "\n" not in failure.text


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ('FATAL:  password authentication failed for user "gazetteer"', Status.LOG_IN),
        ('FATAL:  database "gazeteer" does not exist', Status.LOG_IN),
        ("fe_sendauth: no password supplied", Status.LOG_IN),
        ("failed to resolve host 'db': [Errno -2] Name or service not known", Status.UNREACHABLE),
        ("connection timeout expired", Status.UNREACHABLE),
        ("session is read-only: connection failed", Status.UNREACHABLE),
    ],
)
def test_what_libpq_says_before_there_is_a_session(said, status):
    assert explained(OperationalError(f"connection failed: {said}")).status == status


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("42P01", Status.NOT_MIGRATED),
        ("42703", Status.NOT_MIGRATED),
        ("55P03", Status.BUSY),
        ("25006", Status.FILE),
        ("42501", Status.LOG_IN),
        ("57P01", Status.UNREACHABLE),
        ("25P03", Status.UNREACHABLE),
        ("42P05", Status.UNREACHABLE),
    ],
)
def test_what_postgresql_says_is_known_by_its_code_in_whatever_language(state, status):
    error = ProgrammingError("la relation n'existe pas")
    error.__cause__ = psycopg.errors.lookup(state)("la relation n'existe pas")
    assert explained(error).status == status


def test_a_file_that_is_no_database(asked, tmp_path):
    (tmp_path / "file").write_text("This is a letter, and no database of anybody's.\n" * 99)
    failure = asked(f"sqlite:///{tmp_path}/file")
    assert failure.status == Status.NO_DATABASE
    assert "DATABASE_URL" in failure.text


def test_a_folder_that_is_not_there(asked, tmp_path):
    assert asked(f"sqlite:///{tmp_path}/no/file").status == Status.FILE


def test_a_database_without_tables(asked, tmp_path):
    failure = asked(f"sqlite:///{tmp_path}/file", "SELECT * FROM tenants_tenant")
    assert failure.status == Status.NOT_MIGRATED
    assert "Run: manage.py migrate." in failure.text


def test_a_database_that_another_process_writes_to(asked, monkeypatch, tmp_path):
    with sqlite3.connect(tmp_path / "file", isolation_level=None) as other:
        other.execute("CREATE TABLE a (b)")
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setitem(env.SQLITE_OPTIONS, "timeout", 0.05)
        failure = asked(f"sqlite:///{tmp_path}/file", "INSERT INTO a VALUES (1)")
    other.close()
    assert failure.status == Status.BUSY
    assert "Try again when it has finished" in failure.text


@pytest.mark.django_db
def test_a_table_that_is_missing_here():
    with pytest.raises(DatabaseError) as raised, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_thing")
    failure = explained(raised.value)
    assert failure.status == Status.NOT_MIGRATED
    assert "SELECT" not in failure.text


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "/var/x"), Status.FILE, "/var/x: Permission denied. Give"),
        (OSError(errno.EROFS, "Read-only file system", "/var/x"), Status.FILE, "a disk that may be written"),
        (OSError(errno.ENOSPC, "No space left on device", "/var/x"), Status.FILE, "Make room"),
        (OSError(errno.EADDRINUSE, "Address already in use"), Status.PORT, "choose another port"),
        (redis.ConnectionError("Connection refused."), Status.REDIS, "REDIS_URL"),
        (ImproperlyConfigured("Set SECRET_KEY."), Status.SETTING, "Set SECRET_KEY."),
        (KeyboardInterrupt(), Status.INTERRUPTED, "not written"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), Status.PIPE, ""),
        (EOFError("EOF when reading a line"), Status.UNANSWERED, "no terminal"),
        (GetPassWarning("Can not control echo on the terminal."), Status.UNANSWERED, "no terminal"),
    ],
)
def test_settings_files_and_people(error, status, said):
    failure = explained(error)
    assert failure.status == status
    assert said in failure.text


def test_a_package_that_is_missing_is_named_and_a_module_of_ours_is_a_bug():
    failure = explained(ModuleNotFoundError("No module named 'pycountry.db'", name="pycountry.db"))
    assert failure.status == Status.PACKAGE
    assert "pycountry" in failure.text
    assert f"{ROOT}/config/requirements/run.txt" in failure.text
    of_compilers = ModuleNotFoundError("No module named 'iso3166_2'", name="iso3166_2")
    assert "config/requirements/dev.txt" in explained(of_compilers).text
    assert explained(ModuleNotFoundError("No module named 'apps.x'", name="apps.x")) is None
    assert explained(ZeroDivisionError()) is None


def test_a_package_that_is_missing_hides_no_other_error_behind_a_traceback(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    assert explained(PermissionError(errno.EACCES, "Permission denied", "/var/x")).status == Status.FILE
    assert explained(ZeroDivisionError()).status == Status.PACKAGE


def ended(monkeypatch: pytest.MonkeyPatch, error: BaseException, *arguments: str) -> int | str | None:
    """Return how a command ends that raises."""

    def execute(argv: object) -> None:
        raise error

    monkeypatch.setattr("django.core.management.execute_from_command_line", execute)
    # An interruption changes it for what is left of the process.
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    with pytest.raises(SystemExit) as ending:
        failures.run(["manage.py", *arguments])
    return ending.value.code


def test_a_bug_is_one_line_that_says_where_unless_a_traceback_is_asked_for(monkeypatch, capsys):
    assert ended(monkeypatch, ZeroDivisionError("by\nzero"), "warm") == Status.BUG
    said = capsys.readouterr().err
    assert re.fullmatch(r"ZeroDivisionError: by zero \(test_failures\.py:\d+\)\. This is a bug.*\n", said)
    for arguments in (("warm", "--traceback"), ("shell", "-c", "1/0")):
        with pytest.raises(ZeroDivisionError):
            failures.run(["manage.py", *arguments])


def test_who_stops_a_statement_is_not_told_of_the_session_that_closed_with_it():
    error = OperationalError("the connection is closed")
    error.__cause__ = psycopg.OperationalError("the connection is closed")
    error.__cause__.__context__ = KeyboardInterrupt()
    assert explained(error).status == Status.INTERRUPTED


def test_a_closed_standard_output_is_refused_before_anything_is_done(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", None)
    assert ended(monkeypatch, AssertionError("it was run"), "issue_api_key", "acme") == Status.FILE
    assert capsys.readouterr().err.startswith("Standard output is closed.")


def printing(tmp_path: Path, command: str, **streams: object) -> "subprocess.CompletedProcess[bytes]":
    """Run a command as cron and systemd do: what it prints is written when there is much of it, or at the end."""
    others = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    arguments = [sys.executable, "manage.py", *command.replace("{}", str(tmp_path)).split()]
    return subprocess.run(arguments, cwd=ROOT, env=others, check=False, **({"stderr": subprocess.PIPE} | streams))


PRINTING = pytest.mark.parametrize("command", ["version", "check", "help", "bill_of_materials"])


@PRINTING
def test_who_reads_no_further_sees_no_traceback(tmp_path, command):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing) as output:
        done = printing(tmp_path, command, stdout=output)
    assert (done.returncode, done.stderr) == (Status.PIPE, b"")


@PRINTING
def test_a_full_standard_output_is_one_line(tmp_path, command):
    with Path("/dev/full").open("w") as output:
        done = printing(tmp_path, command, stdout=output)
    assert (done.returncode, done.stderr.count(b"\n")) == (Status.FILE, 1)
    assert b"No space left on device" in done.stderr


@pytest.mark.parametrize(("command", "status"), [("check", 0), ("check nowhere", 1)])
def test_who_wants_to_hear_nothing_of_errors_has_the_command_all_the_same(command, status):
    shell = f"{sys.executable} manage.py {command} >/dev/null 2>&-"
    assert subprocess.run(["sh", "-c", shell], cwd=ROOT, check=False).returncode == status


@pytest.mark.django_db
def test_a_full_disk_is_named_by_the_file_that_was_written():
    with pytest.raises(OSError, match="No space left") as full:
        call_command("export_countries", "/dev/full", force=True)
    assert explained(full.value).text.startswith("/dev/full: No space left on device. Make room")


def test_what_an_interruption_leaves_in_the_middle_is_closed_in_silence():
    script = """
from apps.operations import failures

def rows():
    try:
        yield 1
    finally:
        raise ValueError("Cannot operate on a closed database.")

def command(_):
    global left
    left = rows()
    next(left)
    raise KeyboardInterrupt

failures.run(["manage.py", "export_cities"], command)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (Status.INTERRUPTED, 1, "")


def test_who_stops_a_command_is_told_in_one_line(monkeypatch, capsys):
    assert ended(monkeypatch, KeyboardInterrupt(), "warm") == 130
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("variables", "status", "said"),
    [
        ({"DATABASE_URL": "mysql://gazetteer:hushhush@db/gazetteer"}, Status.SETTING, "DATABASE_URL must begin with"),
        ({"API_KEY_PEPPER_1": "x" * 32}, Status.SETTING, "SECRET_KEY"),
        ({"DATABASE_URL": "sqlite:///{}/file"}, Status.NOT_MIGRATED, "manage.py migrate"),
        ({"DATABASE_URL": "sqlite://host/file"}, Status.SETTING, "DATABASE_URL must begin with"),
        ({"REDIS_URL": "redis//x"}, Status.SETTING, "REDIS_URL"),
        ({"DJANGO_SETTINGS_MODULE": "config.settings.nope"}, Status.SETTING, "names config.settings.nope"),
        ({"DJANGO_SETTINGS_MODULE": "nope"}, Status.SETTING, "DJANGO_SETTINGS_MODULE"),
    ],
    ids=["scheme", "secret", "tables", "host", "redis", "settings", "package"],
)
def test_the_command_says_one_line(tmp_path: Path, variables, status, said):
    done = manage("list_api_keys", **{name: value.format(tmp_path) for name, value in variables.items()})
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "hushhush" not in done.stderr


def test_a_server_without_settings_says_one_line_and_is_not_started_again():
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-c", "import config.wsgi"]
    done = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (failures.NOT_LOADED, "")
    assert "SECRET_KEY" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_superuser_who_cannot_be_asked_for_is_no_success(db):
    with pytest.raises(CommandError, match="no terminal"):
        call_command("createsuperuser", stdin=io.StringIO())
    assert not User.objects.exists()


def test_a_superuser_whom_another_command_makes_meanwhile_is_no_bug(db, monkeypatch):
    monkeypatch.setattr(createsuperuser.Command, "handle", Mock(side_effect=IntegrityError))
    with pytest.raises(CommandError, match="there already"):
        call_command("createsuperuser", interactive=False)


def test_the_manual_lists_every_status():
    text = (ROOT / "config" / "deploy" / "README.md").read_text()
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    kinds = (BadSource, Refused, ImportRunning, NotReady)
    own = {UNSUPPORTED_PYTHON, UNWELL, PORT, *(kind.exit_status for kind in kinds)}
    assert listed == {0, 1, 2, *own, *map(int, Status)}
    assert len({kind.exit_status for kind in kinds}) == len(kinds)
    assert PORT == Status.PORT
