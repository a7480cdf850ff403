"""One import at a time: the second is refused at once, and told who is at work."""

import datetime
import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

# "gaz" in ASCII; advisory locks are numbers, and each database has its own.
ADVISORY_LOCK = 0x67617A


class ImportRunning(Exception):  # noqa: N818
    """Another import holds the lock; the message says whose."""

    exit_status = 42


@contextmanager
def exclusive(holder: str, by: str = "") -> Iterator[None]:
    """Hold the database's import lock as `holder` ("import_books"), for a user; raises ImportRunning if another does.

    The lock ends with its process, however that ends.
    """
    said = _said(holder, by)
    if connection.vendor == "postgresql":
        with _advisory_lock(said):
            yield
    else:
        with _file_lock(said):
            yield


def _said(holder: str, by: str) -> str:
    who = f"by {by}" if by else f"process {os.getpid()}"
    return f"{holder}, since {datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC, {who}"


@contextmanager
def _file_lock(said: str) -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    # A database in memory belongs to this process alone.
    in_memory = name == ":memory:" or "mode=memory" in name
    path = Path(tempfile.gettempdir()) / f"import-{os.getpid()}.lock" if in_memory else Path(f"{name}.import.lock")
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ImportRunning(f"Another import is running: {file.read().strip() or 'unknown'}.") from None
        file.truncate(0)
        file.write(said)
        file.flush()
        yield


@contextmanager
def _advisory_lock(said: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        if not cursor.fetchone()[0]:
            cursor.execute(
                "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
                "WHERE locktype = 'advisory' AND granted AND objid = %s AND classid = 0 AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())",
                [ADVISORY_LOCK],
            )
            row = cursor.fetchone()
            raise ImportRunning(f"Another import is running: {row[0] if row else 'unknown'}.")
        cursor.execute("SHOW application_name")
        previous = cursor.fetchone()[0]
        # Where whoever is refused can read it; PostgreSQL keeps 63 characters.
        cursor.execute("SELECT set_config('application_name', %s, false)", [said[:63]])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('application_name', %s, false)", [previous])
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
