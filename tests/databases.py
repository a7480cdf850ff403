"""Databases for tests: migrated and filled once, then copied for each process of the tests and each server they run.

What is copied is kept, under `var/` or beside the PostgreSQL database of the tests. Its name tells what it was made of,
so that a later run makes it again only when that has changed.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Protocol

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "tests"
# The domain imports nothing of what is above it, so nothing else says what is in a database.
DATA = [
    "config",
    "fixtures",
    *(
        f"apps/{app}"
        for app in (
            "revisions",
            "tenants",
            "api_keys",
            "imports",
            "geography",
            "staff/migrations",
            "webhooks/migrations",
        )
    ),
]
# Read before the tests are given a database of their own.
OWN = f"{connection.vendor}_{Path(str(settings.DATABASES['default']['NAME'])).stem}"


class Databases(Protocol):
    """What can be done with the databases of one kind, by name."""

    def url(self, name: str) -> str:
        """Return what DATABASE_URL says of one."""

    def names(self) -> list[str]:
        """Return those that there are."""

    def create(self, name: str, template: str | None = None) -> None:
        """Make one, empty or as a copy of one to which nobody is connected; what had the name is gone."""

    def rename(self, name: str, to: str) -> None:
        """Rename one to which nobody is connected."""

    def drop(self, name: str) -> None:
        """Drop one, if it is there."""


class SQLiteFiles:
    """Databases that are files of one folder."""

    def _path(self, name: str) -> Path:
        return FOLDER / f"{name}.sqlite3"

    def url(self, name: str) -> str:
        return f"sqlite:///{self._path(name)}"

    def names(self) -> list[str]:
        return [path.stem for path in FOLDER.glob("*.sqlite3")]

    def create(self, name: str, template: str | None = None) -> None:
        self.drop(name)
        if template:
            shutil.copyfile(self._path(template), self._path(name))

    def rename(self, name: str, to: str) -> None:
        self._path(name).rename(self._path(to))
        self.drop(name)

    def drop(self, name: str) -> None:
        for path in FOLDER.glob(f"{name}.sqlite3*"):
            path.unlink()


class PostgreSQL:
    """Databases of the server that the settings name."""

    def __init__(self, database: dict[str, Any]) -> None:
        self.server = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT'] or 5432}"

    def url(self, name: str) -> str:
        return f"postgres://{self.server}/{name}"

    def _execute(self, statement: str, *names: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
            return cursor.fetchall() if cursor.description else []

    def names(self) -> list[str]:
        return [name for (name,) in self._execute("SELECT datname FROM pg_database")]

    def create(self, name: str, template: str | None = None) -> None:
        self.drop(name)
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template or "template1")
        # Nothing in it has to outlive the machine.
        self._execute("ALTER DATABASE {} SET synchronous_commit = off", name)

    def rename(self, name: str, to: str) -> None:
        self._execute("ALTER DATABASE {} RENAME TO {}", name, to)

    def drop(self, name: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def databases() -> Databases:
    """Return those of the kind that the settings name."""
    return SQLiteFiles() if connection.vendor == "sqlite" else PostgreSQL(settings.DATABASES["default"])


def with_data() -> str:
    """Return the name of the database that was migrated and filled; make it first where there is none."""

    def make(name: str) -> None:
        databases().create(name)
        _ask_process(DATABASE_URL=databases().url(name))

    return kept("data", DATA, make)


def _ask_process(*arguments: str, **variables: str) -> str:
    """Run this module in a process of its own and return what it says."""
    others = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.databases", *arguments],
        cwd=ROOT,
        env=others | {"DJANGO_SETTINGS_MODULE": "config.settings.test"} | variables,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def kept(kind: str, sources: list[str], make: Callable[[str], None], *beside: Path) -> str:
    """Return the name of the database that was made of these sources, as they are now; make it where there is none.

    beside: files that `make` writes too.
    """
    prefix = f"{OWN}_{kind}_"
    name = f"{prefix}{_digest(sources)}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Processes of one run, which all want it at once.
    with (FOLDER / f"{prefix}lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        names = databases().names()
        if name not in names or not all(path.exists() for path in beside):
            for older in names:
                if older.startswith(prefix):
                    databases().drop(older)
            make(f"{prefix}unfinished")
            databases().rename(f"{prefix}unfinished", name)
    return name


def _digest(sources: list[str]) -> str:
    """Return what changes with any of the files, any migration and any installed package."""
    digest = hashlib.sha256()
    paths = {path for source in sources for path in [ROOT / source, *(ROOT / source).rglob("*")]}
    for path in sorted(paths.union((ROOT / "apps").glob("*/migrations/*.py"))):
        if path.is_file() and path.suffix not in {".pyc", ".md", ".po", ".mo"}:
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    digest.update(" ".join(sorted(f"{found.name}=={found.version}" for found in distributions())).encode())
    return digest.hexdigest()[:12]


@contextmanager
def database_for(purpose: str, template: str | None = None) -> Iterator[str]:
    """Yield the URL of a database of this process, empty or a copy, and drop it at the end."""
    name = f"{OWN}_{purpose}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    databases().create(name, template)
    try:
        yield databases().url(name)
    finally:
        databases().drop(name)


def _fill() -> None:
    """Migrate the database that the settings name, and import into it; PostgreSQL's gets the rows that SQLite's got.

    SQLite's is a copy, without a demo, of what QUICKSTARTED names: it says what the README's first command has made of
    the same sources.

    What an import does to PostgreSQL is tried by the tests of imports, so that no half has to wait for a second one.
    """
    quickstarted = os.environ.get("QUICKSTARTED")
    if quickstarted and connection.vendor == "sqlite":
        take_quickstarted(Path(quickstarted))
        return
    call_command("migrate", verbosity=0)
    if connection.vendor == "postgresql":
        take(Path(_ask_process("--path").strip()))
        # A copy has the statistics of what it is of, and autovacuum comes too late for its tests. Without them plans
        # are those of tables of no known size, and PostgreSQL compiles what it takes for dear.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return
    for command in ("import_countries", "import_subdivisions", "import_cities"):
        call_command(command, verbosity=0)
    # Each test begins with an empty history.
    apps.get_model("auditlog", "LogEntry").objects.all().delete()


def take_quickstarted(path: Path) -> None:
    """Put in the place of the database a SQLite file that quickstart has filled, without its demo."""
    shutil.copyfile(path, connection.settings_dict["NAME"])
    call_command("migrate", "--check", verbosity=0)
    of_demo = (
        "tenants.Plan tenants.Tenant geography.TenantCountry api_keys.ApiKey api_keys.OAuthClient auth.User".split()
    )
    tables = [apps.get_model(label)._meta.db_table for label in [*of_demo, "auditlog.LogEntry"]]
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables, reset_sequences=True))
    apps.get_model("geography.Change").objects.exclude(holder=0).delete()  # those of tenants
    apps.get_model("revisions.Revision").objects.exclude(name="data").delete()


def take(path: Path) -> None:
    """Put the rows of a SQLite file of ours in the place of all that PostgreSQL has; no trigger adds to them."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    tables = list(dict.fromkeys(model._meta.db_table for model in models if not model._meta.proxy))
    quoted = {table: sql.Identifier(table) for table in tables}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source, connection.cursor() as wrapper:
        cursor: Any = wrapper.cursor
        with transaction.atomic():
            for name in quoted.values():
                cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
            cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(quoted.values())))
            for table, name in quoted.items():
                rows = source.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - of our own models
                columns = sql.SQL(", ").join(sql.Identifier(column) for column, *_ in rows.description)
                with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, columns)) as copy:
                    for row in rows:
                        copy.write_row(row)
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
        for name in quoted.values():
            cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))


if __name__ == "__main__":
    django.setup()
    if "--path" in sys.argv:
        print(databases().url(with_data()).removeprefix("sqlite:///"))
    else:
        _fill()
