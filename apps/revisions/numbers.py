"""Revision numbers: what has changed since something was read. `triggers` moves them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.revisions import lease
from apps.revisions.models import Revision

# A row that is missing has never moved. One statement, three look-ups by primary key.
READ = (
    "SELECT coalesce((SELECT number FROM tenants_revision WHERE name = 'credentials'), 0),"
    " coalesce((SELECT number FROM tenants_revision WHERE name = 'data'), 0),"
    " coalesce((SELECT number FROM tenants_revision WHERE name = {name}), 0)"
)
READ_SQLITE = READ.format(name="?")
READ_POSTGRESQL = READ.format(name="$1").encode()
BEGIN = {"sqlite": "BEGIN DEFERRED", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


class Revisions(NamedTuple):
    """The numbers that an answer depends on; `tenant` is 0 where it depends on no tenant."""

    credentials: int
    data: int
    tenant: int

    def reaches(self, others: "Revisions") -> bool:
        """Return whether the data here is at least as new as there; credentials are no part of it."""
        return self.data >= others.data and self.tenant >= others.tenant


def current(*names: str) -> dict[str, int]:
    """Return the numbers of the named revisions where the ORM reads now, 0 for one that never moved; one query."""
    numbers = dict.fromkeys(names, 0)
    places = ", ".join(["%s"] * len(names))
    with connections[router.db_for_read(Revision)].cursor() as cursor:
        cursor.execute(f"SELECT name, number FROM tenants_revision WHERE name IN ({places})", names)
        numbers.update(cursor.fetchall())
    return numbers


def read_now(tenant_id: int | None, using: str = DEFAULT_DB_ALIAS) -> Revisions:
    """Return the numbers of now; one statement.

    Every request asks, so this goes past the ORM and Django's cursors, which would take longer than the database:
    neither query logs nor `assertNumQueries` see it. As it comes first, it also is what finds that the server has ended
    the session meanwhile, and opens another. Raises Django's database errors.
    """
    database = connections[using]
    try:
        return _read(database, tenant_id)
    except (OperationalError, InterfaceError):
        # With the session, what a transaction has done is lost.
        if database.in_atomic_block or not getattr(database.connection, "closed", False):
            raise
        database.close()
        return _read(database, tenant_id)


def recent(tenant_id: int | None) -> Revisions:
    """Return the numbers that a request may go by: those of now or, with `REVISION_LEASE`, of the last second.

    Only to go by: what is built is tagged with the numbers of its own `snapshot`.
    """
    numbers = lease.known() if settings.REVISION_LEASE else None
    if numbers is None:
        return read_now(tenant_id)
    number = numbers.get
    return Revisions(number("credentials", 0), number("data", 0), number(f"tenant:{tenant_id or 0}", 0))


@contextmanager
def snapshot(tenant_id: int | None, using: str = DEFAULT_DB_ALIAS) -> Iterator[Revisions]:
    """Let everything inside read the database as of one moment, and yield the numbers of that moment.

    Nothing may be written inside. On SQLite no writer waits for it, nor it for one. Within a transaction that has
    begun already, that transaction decides what is read.
    """
    database = connections[using]
    if database.in_atomic_block:
        yield _read(database, tenant_id)
        return
    with database.cursor() as cursor:
        # Not `atomic()`: on SQLite ours begin as writers.
        cursor.execute(BEGIN[database.vendor])
        try:
            yield _read(database, tenant_id)
        finally:
            cursor.execute("ROLLBACK")


def _read(database: BaseDatabaseWrapper, tenant_id: int | None) -> Revisions:
    if database.connection is None:
        database.ensure_connection()
    name = f"tenant:{tenant_id or 0}"
    with database.wrap_database_errors:
        return _read_sqlite(database, name) if database.vendor == "sqlite" else _read_postgresql(database, name)


def _read_sqlite(database: BaseDatabaseWrapper, name: str) -> Revisions:
    return Revisions(*database.connection.execute(READ_SQLITE, (name,)).fetchone())


def _read_postgresql(database: BaseDatabaseWrapper, name: str) -> Revisions:
    # Here, as commands on SQLite do without its driver.
    from apps.revisions.postgresql.base import prepared_row

    return Revisions(*map(int, prepared_row(database.connection, READ_POSTGRESQL, name.encode(), columns=3)))
