"""The triggers that move revision numbers, in the transaction of whoever writes.

An app names its tables in its AppConfig: `revised_tables = {"geography_city": "data"}`. The value is the
revision's name, or `tenant:<column>` where the row belongs to the tenant that the column names. A new row in a
table that `unrevised_inserts` names moves nothing, since nobody can have remembered what did not exist.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.revisions.lease import CHANNEL
from apps.revisions.models import Revision

# Microseconds since 1970, SQLite's by the second. What a restored or a new database says has thus not been said
# before, and nothing that was kept under a number can be taken for what has it now.
SQLITE_TIME = "CAST(strftime('%s', 'now') AS INTEGER) * 1000000"
POSTGRESQL_TIME = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"
OPERATIONS = ("INSERT", "UPDATE", "DELETE")
NOTIFICATION = "notify_of_revision"


def revised_tables() -> dict[str, str]:
    """Return every table whose writes move a revision, with the revision's name."""
    tables: dict[str, str] = {}
    for config in apps.get_app_configs():
        tables.update(getattr(config, "revised_tables", {}))
    return tables


def unrevised_inserts() -> set[str]:
    """Return the tables in which a new row moves no revision."""
    return {table for config in apps.get_app_configs() for table in getattr(config, "unrevised_inserts", ())}


def install(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Create the triggers of all tables that exist, and move every revision once.

    A receiver of `post_migrate`: a migration may have changed rows while a trigger was missing.
    """
    connection = connections[using]
    present = set(connection.introspection.table_names())
    if Revision._meta.db_table not in present:
        return
    with connection.cursor() as cursor:
        for table, name in revised_tables().items():
            if table in present:
                for statement in _trigger_statements(connection, table, name):
                    cursor.execute(statement)
        for statement in _notification_statements(connection):
            cursor.execute(statement)
        is_sqlite = connection.vendor == "sqlite"
        later = f"max(number + 1, {SQLITE_TIME})" if is_sqlite else f"greatest(number + 1, {POSTGRESQL_TIME})"
        cursor.execute(f"UPDATE tenants_revision SET number = {later}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that should be in the database and are not; one query."""
    expected = {
        trigger for table, name in revised_tables().items() for trigger in _trigger_names(connection, table, name)
    }
    if settings.REVISION_LEASE:
        expected.add(NOTIFICATION)
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(expected - {row[0] for row in cursor.fetchall()})


def _operations(connection: BaseDatabaseWrapper, table: str, name: str) -> tuple[str, ...]:
    operations = OPERATIONS if table not in unrevised_inserts() else ("UPDATE", "DELETE")
    if connection.vendor == "sqlite" or name.startswith("tenant:"):
        return operations
    return (*operations, "TRUNCATE")


def _trigger_names(connection: BaseDatabaseWrapper, table: str, name: str) -> list[str]:
    return [f"revise_{table}_{operation.lower()}" for operation in _operations(connection, table, name)]


def _trigger_statements(connection: BaseDatabaseWrapper, table: str, name: str) -> Iterator[str]:
    for operation, trigger in zip(
        _operations(connection, table, name), _trigger_names(connection, table, name), strict=True
    ):
        yield f"DROP TRIGGER IF EXISTS {trigger}" + ("" if connection.vendor == "sqlite" else f" ON {table}")
        if connection.vendor == "sqlite":
            yield f"CREATE TRIGGER {trigger} AFTER {operation} ON {table} BEGIN {_sqlite_body(operation, name)} END"
        else:
            # Per statement: a row-level trigger would cost seconds in a large import.
            yield (
                f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {_postgresql_body(operation, name)} RETURN NULL; END $$"
            )
            yield (
                f"CREATE TRIGGER {trigger} AFTER {operation} ON {table} {_transition_tables(operation, name)} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {trigger}()"
            )


def _notification_statements(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """Yield what lets processes know at once that a revision has moved (see `lease`); only where they listen.

    Writers pay for it: transactions that notify are committed one after another.
    """
    if connection.vendor == "sqlite":
        return
    yield f"DROP FUNCTION IF EXISTS {NOTIFICATION} CASCADE"
    if settings.REVISION_LEASE:
        yield (
            f"CREATE FUNCTION {NOTIFICATION}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN PERFORM pg_notify('{CHANNEL}', ''); RETURN NULL; END $$"
        )
        yield (
            f"CREATE TRIGGER {NOTIFICATION} AFTER INSERT OR UPDATE ON tenants_revision "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {NOTIFICATION}()"
        )


def _move(names: str, greatest: str) -> str:
    """Return the upsert that moves the revisions that `names` selects, each with the time, to later than before."""
    return (
        f"INSERT INTO tenants_revision (name, number) {names} "
        f"ON CONFLICT (name) DO UPDATE SET number = {greatest}(tenants_revision.number + 1, excluded.number);"
    )


def _sqlite_body(operation: str, name: str) -> str:
    if not name.startswith("tenant:"):
        return _move(f"SELECT '{name}', {SQLITE_TIME} WHERE true", "max")
    column = name.removeprefix("tenant:")
    rows = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["OLD", "NEW"]}[operation]
    return " ".join(_move(f"SELECT 'tenant:' || {row}.{column}, {SQLITE_TIME} WHERE true", "max") for row in rows)


def _postgresql_body(operation: str, name: str) -> str:
    if not name.startswith("tenant:"):
        return _move(f"SELECT '{name}', {POSTGRESQL_TIME}", "greatest")
    column = name.removeprefix("tenant:")
    tables = {"INSERT": ["new_rows"], "DELETE": ["old_rows"], "UPDATE": ["old_rows", "new_rows"]}[operation]
    union = " UNION ".join(f"SELECT DISTINCT {column} FROM {table}" for table in tables)
    # In one order, so that two writers of several tenants cannot wait for each other.
    return _move(f"SELECT 'tenant:' || t.{column}, {POSTGRESQL_TIME} FROM ({union}) t ORDER BY 1", "greatest")


def _transition_tables(operation: str, name: str) -> str:
    if not name.startswith("tenant:"):
        return ""
    return {
        "INSERT": "REFERENCING NEW TABLE AS new_rows",
        "DELETE": "REFERENCING OLD TABLE AS old_rows",
        "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    }[operation]
