"""Database triggers: declared by the apps that need them, and made, compared and dropped here.

An AppConfig with a method `triggers` declares some. `manage.py migrate` makes what is missing, replaces what differs
and drops what is no longer declared; what stands as it should is left alone. Triggers that others made stay.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.revisions import migrated

# Stands in each trigger that we make, so that those of others are never taken for ours.
MARK = "/* Made by manage.py migrate of Gazetteer. */"
# What we made before there was a mark.
FORMER = re.compile(r"revise_\w+_(insert|update|delete|truncate)|notify_of_revision|stamp")

STANDING_SQLITE = "SELECT tbl_name, name, sql, '', true FROM sqlite_master WHERE type = 'trigger'"
STANDING_POSTGRESQL = """
    SELECT relname, tgname, pg_get_triggerdef(t.oid, true), prosrc, tgenabled IN ('O', 'A')
    FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid
    WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)
"""
IDLE_FUNCTIONS = """
    SELECT proname, prosrc FROM pg_proc p
    WHERE prorettype = 'trigger'::regtype AND pg_function_is_visible(oid)
    AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgfoid = p.oid) ORDER BY proname
"""


@dataclass(frozen=True)
class Body:
    """What a trigger does in one kind of database: statements, and the condition under which they run."""

    statements: str
    when: str = ""


@dataclass(frozen=True)
class Trigger:
    """Statements that the database runs in the transaction of whoever writes to a table.

    name: of the trigger and, on PostgreSQL, of its function.
    event: "INSERT", "UPDATE", "DELETE"; on PostgreSQL also "TRUNCATE", and several joined by OR.
    target: the table that the statements write; without it the trigger is not made.
    sqlite: runs after each row, which it knows as NEW and OLD. None: SQLite has no such trigger.
    postgresql: in PL/pgSQL, runs once after each statement, whose rows are in new_rows and old_rows; with
        `before_row`, before each row, and may change NEW.
    """

    name: str
    table: str
    event: str
    target: str
    sqlite: Body | None = None
    postgresql: Body | None = None
    before_row: bool = False


@runtime_checkable
class Declaring(Protocol):
    """An AppConfig that declares triggers."""

    def triggers(self) -> Iterable[Trigger]:
        """Return them."""


@runtime_checkable
class Mending(Protocol):
    """An AppConfig that has to know where its triggers have been missing for a time."""

    def mended(self, using: str, tables: Collection[str]) -> None:
        """Make up for what they have missed in a database; `tables` are those that they write."""


class Made(NamedTuple):
    """A trigger as it stands in a database, or as it would if it were made: as the database itself writes it.

    function: the source of its function on PostgreSQL. is_enabled: whether it runs.
    """

    definition: str
    function: str
    is_enabled: bool = True


class Repair(NamedTuple):
    """What is wrong with a trigger, and the statements that put it right, all of them or none.

    missed: the table that it has not written meanwhile; none where it ran, though not as it should.
    """

    name: str
    wrong: str
    statements: tuple[str, ...]
    missed: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.wrong}"


def install(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Make the triggers of the tables that exist what they should be; a receiver of `post_migrate`.

    Those of a later version stay. Each is a transaction of its own, so that no writer waits for longer than one takes,
    or for us while we wait for it.
    """
    connection = connections[using]
    if migrated.from_later(connection):
        return
    missed = set()
    for repair in list(repairs(connection)):
        _run(using, *repair.statements)
        missed.add(repair.missed)
    make_up(using, missed)
    if connection.vendor == "postgresql":
        _run(using, *_drop_idle_functions(connection))


def make_up(using: str, tables: Collection[str]) -> None:
    """Let apps make up for what triggers have not written to these tables, or what was lost of it."""
    for config in apps.get_app_configs():
        if isinstance(config, Mending):
            config.mended(using, tables)


def make_way(using: str = DEFAULT_DB_ALIAS, plan: Sequence[Any] = (), **kwargs: Any) -> None:
    """Drop our triggers on SQLite before migrations; a receiver of `pre_migrate`.

    SQLite lets no column and no table go that any trigger names. When they come back, all revisions move, and tenants
    that have come meanwhile get their countries.
    """
    connection = connections[using]
    if connection.vendor == "sqlite" and plan:
        ours = {(trigger.table, trigger.name) for trigger in declared()}
        standing = _standing(connection).items()
        ours |= {place for place, found in standing if _is_ours(place[1], found.definition)}
        _run(using, *(_drop(connection, *place) for place, _ in standing if place in ours))


def repairs(connection: BaseDatabaseWrapper) -> Iterator[Repair]:
    """Yield what `install` would do to the triggers of a database; reads only."""
    wanted, standing = _wanted(connection), _standing(connection)
    for place, (trigger, made) in wanted.items():
        found = standing.pop(place, None)
        if found != made:
            missed = "" if found and found.is_enabled else trigger.target
            yield Repair(trigger.name, _wrong(found), _replace(connection, trigger, made, found), missed)
    for (table, name), found in standing.items():
        if _is_ours(name, found.definition + found.function):
            yield Repair(name, "no longer declared", (_drop(connection, table, name),))


def declared() -> Iterator[Trigger]:
    """Yield the triggers of all apps."""
    for config in apps.get_app_configs():
        if isinstance(config, Declaring):
            yield from config.triggers()


def _wanted(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], tuple[Trigger, Made]]:
    present = set(connection.introspection.table_names())
    make = _of_sqlite if connection.vendor == "sqlite" else _of_postgresql
    return {
        (trigger.table, trigger.name): (trigger, made)
        for trigger in declared()
        if {trigger.table, trigger.target} <= present and (made := make(trigger))
    }


def _standing(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], Made]:
    with connection.cursor() as cursor:
        cursor.execute(STANDING_SQLITE if connection.vendor == "sqlite" else STANDING_POSTGRESQL)
        return {(table, name): Made(sql, function, bool(on)) for table, name, sql, function, on in cursor.fetchall()}


def _is_ours(name: str, text: str) -> bool:
    return MARK in text or FORMER.fullmatch(name) is not None


def _wrong(found: Made | None) -> str:
    if found is None:
        return "missing"
    return "not as this version has them" if found.is_enabled else "disabled"


def _of_sqlite(trigger: Trigger) -> Made | None:
    body = trigger.sqlite
    if body is None:
        return None
    when = f"WHEN {body.when} " if body.when else ""
    return Made(
        f"CREATE TRIGGER {trigger.name} AFTER {trigger.event} ON {trigger.table} {when}"
        f"BEGIN {MARK} {body.statements} END",
        "",
    )


def _of_postgresql(trigger: Trigger) -> Made | None:
    """Return the trigger word for word as `pg_get_triggerdef` gives it back.

    That is why the condition stands in the function: the database would write a WHEN in its own words.
    """
    body = trigger.postgresql
    if body is None:
        return None
    statements = f"IF {body.when} THEN {body.statements} END IF;" if body.when else body.statements
    rows = [f"{age.upper()} TABLE AS {age}_rows" for age in ("old", "new") if f"{age}_rows" in statements]
    referencing = f"REFERENCING {' '.join(rows)} " if rows else ""
    moment, each, returned = ("BEFORE", "ROW", "NEW") if trigger.before_row else ("AFTER", "STATEMENT", "NULL")
    return Made(
        f"CREATE TRIGGER {trigger.name} {moment} {trigger.event} ON {trigger.table} {referencing}"
        f"FOR EACH {each} EXECUTE FUNCTION {trigger.name}()",
        f" BEGIN {MARK} {statements} RETURN {returned}; END ",
    )


def _replace(connection: BaseDatabaseWrapper, trigger: Trigger, made: Made, found: Made | None) -> tuple[str, ...]:
    """Return the statements that make a trigger.

    On PostgreSQL a new function locks no table; only a trigger of another shape keeps writers waiting, for a moment.
    """
    if connection.vendor == "sqlite":
        drop = (_drop(connection, trigger.table, trigger.name),) if found else ()
        return (*drop, made.definition)
    function = f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $${made.function}$$"
    if found and (found.definition, found.is_enabled) == (made.definition, made.is_enabled):
        return (function,)
    return (function, made.definition.replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1))


def _drop(connection: BaseDatabaseWrapper, table: str, name: str) -> str:
    # Who made a trigger under such a name may have quoted it.
    table, name = connection.ops.quote_name(table), connection.ops.quote_name(name)
    return f"DROP TRIGGER {name}" if connection.vendor == "sqlite" else f"DROP TRIGGER {name} ON {table}"


def _drop_idle_functions(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the statements that drop our functions which no trigger calls, as when its table has been dropped."""
    with connection.cursor() as cursor:
        cursor.execute(IDLE_FUNCTIONS)
        idle = [name for name, source in cursor.fetchall() if _is_ours(name, source)]
    return [f"DROP FUNCTION {connection.ops.quote_name(name)}()" for name in idle]


def _run(using: str, *statements: str) -> None:
    with transaction.atomic(using), connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
