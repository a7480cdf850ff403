"""Copies of the whole database: made while others write, and put back so that nothing of before is taken for current.

After a restore, rows are as they once were, but numbers that were given out since must not be given out again: stored
answers are current by a revision, and an If-Match names a version. So each goes on beyond what it may have been.
"""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import mkstemp
from urllib.parse import quote

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseError

from apps import PROGRAM
from apps.revisions.movers import REVISIONS
from apps.revisions.triggers import declared, make_up

# Nobody switches one thing as often between a back-up and its restore.
VERSIONS_BEYOND = 1_000_000
# As `operations.failures` has it: a file or folder cannot be read or written, or is there already.
FILE = 30
PARAMETERS = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}


class CopyFailed(Exception):  # noqa: N818
    """The copy was not made or not put back; the message says why, and nothing was changed."""

    def __init__(self, message: str, exit_status: int = 1) -> None:
        super().__init__(message)
        self.exit_status = exit_status


def save(target: Path, using: str = DEFAULT_DB_ALIAS) -> None:
    """Write the database as of one moment to `target`, readable by its owner alone; whole or not at all.

    Raises CopyFailed.
    """
    try:
        descriptor, name = mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        # Not the name that was made up.
        error.filename = str(target)
        raise
    os.close(descriptor)
    unfinished = Path(name)
    database = connections[using]
    try:
        if database.vendor == "sqlite":
            with closing(_file(database)) as source, closing(sqlite3.connect(unfinished)) as copy:
                source.backup(copy)
                # One file that is all of it, also for who copies it.
                copy.execute("PRAGMA journal_mode = DELETE")
        else:
            _run(database, "pg_dump", "--format=custom", f"--file={unfinished}")
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise CopyFailed(f"{target}: {error}. Look for space on the disk of its folder.", FILE) from error
    finally:
        # SQLite leaves the second behind where the disk is full.
        for name in (unfinished.name, f"{unfinished.name}-journal"):
            unfinished.with_name(name).unlink(missing_ok=True)


def put_back(source: Path, using: str = DEFAULT_DB_ALIAS) -> None:
    """Make the database what `source` says it was, whole or not at all; raises CopyFailed.

    `move_on` has to follow, when it is migrated.
    """
    database = connections[using]
    if database.vendor != "sqlite":
        with source.open("rb") as file:
            magic = file.read(5)
        if magic != b"PGDMP":
            raise CopyFailed(f"{source} is no back-up of PostgreSQL. Name what {PROGRAM} backup has written.")
        _run(database, "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(source))
        database.close()
        return
    try:
        with closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)) as copy:
            _check(source, copy)
            database.close()
            _replace(database, copy)
    except sqlite3.Error as error:
        raise CopyFailed(f"{source}: {error}. Name what {PROGRAM} backup has written.") from error


def _replace(database: BaseDatabaseWrapper, copy: sqlite3.Connection) -> None:
    try:
        with closing(_file(database)) as target:
            copy.backup(target)
    except sqlite3.Error as error:
        name = database.settings_dict["NAME"]
        raise CopyFailed(
            f"{name}, which is to be replaced, cannot be: {error}. Look for the right to write to it and its folder, "
            "for space on the disk, and whether it is a database at all: move away one that is broken."
        ) from error


def highest_revision(using: str = DEFAULT_DB_ALIAS) -> int:
    """Return the highest number that was given out, as far as the database can say: 0 where it cannot."""
    try:
        with connections[using].cursor() as cursor:
            cursor.execute(f"SELECT coalesce(max(number), 0) FROM {REVISIONS}")
            return int(cursor.fetchone()[0])
    except DatabaseError:
        return 0


def move_on(beyond: int, using: str = DEFAULT_DB_ALIAS) -> None:
    """Let every version and every revision go on where none has been before; `beyond` is a revision that was.

    What triggers have written since the copy was made is lost, too.
    """
    database = connections[using]
    quoted = database.ops.quote_name
    with transaction.atomic(using), database.cursor() as cursor:
        for table in _versioned():
            cursor.execute(f"UPDATE {quoted(table)} SET version = version + %s", [VERSIONS_BEYOND])
        greater = "max" if database.vendor == "sqlite" else "greatest"
        cursor.execute(f"UPDATE {REVISIONS} SET number = {greater}(number, %s) + 1", [beyond])
    make_up(using, {trigger.target for trigger in declared()})


def _versioned() -> Iterator[str]:
    for model in apps.get_models():
        if any(field.name == "version" for field in model._meta.local_concrete_fields):
            yield model._meta.db_table


def _file(database: BaseDatabaseWrapper) -> sqlite3.Connection:
    return sqlite3.connect(str(database.settings_dict["NAME"]), timeout=60)


def _check(source: Path, copy: sqlite3.Connection) -> None:
    tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"django_migrations", REVISIONS} <= tables:
        raise CopyFailed(f"{source} is no back-up of Gazetteer. Name what {PROGRAM} backup has written.")
    ((result,), *_) = copy.execute("PRAGMA quick_check").fetchall()
    if result != "ok":
        raise CopyFailed(f"{source} is damaged: {result}")


def _run(database: BaseDatabaseWrapper, *command: str) -> None:
    """Run one of PostgreSQL's programs on the database, without a secret among its arguments."""
    settings = database.settings_dict
    variables = {variable: str(settings[name]) for name, variable in PARAMETERS.items() if settings.get(name)}
    program, *arguments = command
    if program == "pg_restore":
        arguments = [f"--dbname={settings['NAME']}", *arguments]
    try:
        subprocess.run(  # noqa: S603 - of our own words and the operator's
            [program, *arguments], env=os.environ | variables, check=True, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise CopyFailed(f"{program} is not installed (Debian: postgresql-client).") from error
    except subprocess.CalledProcessError as error:
        # Several lines, each of which begins with the program.
        raise CopyFailed(" ".join(error.stderr.split())) from error
