"""The triggers that move revision numbers, in the transaction of whoever writes."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from apps.revisions.triggers import Body, Trigger

REVISIONS = "tenants_revision"
# Microseconds since 1970, SQLite's by the second. What a restored or a new database says has thus not been said
# before, and nothing that was kept under a number can be taken for what has it now.
SQLITE_TIME = "CAST(strftime('%s', 'now') AS INTEGER) * 1000000"
POSTGRESQL_TIME = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"
OPERATIONS = ("INSERT", "UPDATE", "DELETE")


class RevisedApp:
    """What the AppConfig of tables whose writes move a revision has, beside Django's.

    revised_tables: {"geography_city": "data"}. The value is the revision's name, or `tenant:<column>` where the row
        belongs to the tenant that the column names.
    unrevised_inserts: tables in which a new row moves nothing, since nobody can have remembered what did not exist.
    """

    revised_tables: ClassVar[Mapping[str, str]] = {}
    unrevised_inserts: ClassVar[Collection[str]] = ()

    def triggers(self) -> Iterator[Trigger]:
        """Yield the triggers that move the revisions."""
        for table, name in self.revised_tables.items():
            for operation in OPERATIONS:
                if operation != "INSERT" or table not in self.unrevised_inserts:
                    yield _mover(table, name, operation)
            if not name.startswith("tenant:"):
                yield _mover(table, name, "TRUNCATE")


def move_all(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Move every revision; a receiver of `post_migrate`, since rows may have changed while a trigger was missing."""
    connection = connections[using]
    if REVISIONS not in connection.introspection.table_names():
        return
    is_sqlite = connection.vendor == "sqlite"
    later = f"max(number + 1, {SQLITE_TIME})" if is_sqlite else f"greatest(number + 1, {POSTGRESQL_TIME})"
    with transaction.atomic(using), connection.cursor() as cursor:
        if not is_sqlite:
            # In the order of the movers, so that no writer and we wait for each other.
            cursor.execute(f"SELECT FROM {REVISIONS} ORDER BY name FOR UPDATE")
        cursor.execute(f"UPDATE {REVISIONS} SET number = {later}")


def _mover(table: str, name: str, operation: str) -> Trigger:
    return Trigger(
        name=f"revise_{table}_{operation.lower()}",
        table=table,
        event=operation,
        target=REVISIONS,
        sqlite=None if operation == "TRUNCATE" else Body(_sqlite(name, operation)),
        # Per statement: a row-level trigger would cost seconds in a large import.
        postgresql=Body(_postgresql(name, operation)),
    )


def _sqlite(name: str, operation: str) -> str:
    if not name.startswith("tenant:"):
        return move(f"SELECT '{name}', {SQLITE_TIME} WHERE true", "max")
    column = name.removeprefix("tenant:")
    rows = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["OLD", "NEW"]}[operation]
    return " ".join(move(f"SELECT 'tenant:' || {row}.{column}, {SQLITE_TIME} WHERE true", "max") for row in rows)


def _postgresql(name: str, operation: str) -> str:
    if not name.startswith("tenant:"):
        return move(f"SELECT '{name}', {POSTGRESQL_TIME}", "greatest")
    column = name.removeprefix("tenant:")
    tables = {"INSERT": ["new_rows"], "DELETE": ["old_rows"], "UPDATE": ["old_rows", "new_rows"]}[operation]
    union = " UNION ".join(f"SELECT DISTINCT {column} FROM {table}" for table in tables)
    # In one order, so that two writers of several tenants cannot wait for each other.
    return move(f"SELECT 'tenant:' || t.{column}, {POSTGRESQL_TIME} FROM ({union}) t ORDER BY 1", "greatest")


def move(names: str, greatest: str) -> str:
    """Return the upsert that moves the revisions that `names` selects, each with the time, to later than before."""
    return (
        f"INSERT INTO {REVISIONS} (name, number) {names} "
        f"ON CONFLICT (name) DO UPDATE SET number = {greatest}({REVISIONS}.number + 1, excluded.number);"
    )
