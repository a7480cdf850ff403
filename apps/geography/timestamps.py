"""`updated_at` moves when what callers see of a row moves: triggers, whoever writes and by whatever route.

A writer that sets `updated_at` itself is left alone. What upstream last said (`upstream`) is not seen by callers.
See `apps/decisions/0002-triggers.md`.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections

STAMPED = ("country", "subdivision")
UNSEEN = {"upstream", "created_at", "updated_at"}


class Part(NamedTuple):
    """Rows of `model` are part of the answer about those rows of `whole` whose `key` is in their `column`.

    columns: of the part, that count; none: all.
    """

    model: str
    column: str
    whole: str
    key: str
    columns: tuple[str, ...] = ()


REDIRECT = ("code", "redirect_country_id", "redirect_subdivision_id", "withdrawn_on")
PARTS = (
    Part("officialname", "subdivision_id", "subdivision", "id"),
    Part("subdivisiontype", "code", "subdivision", "type_id"),
    Part("subdivision", "redirect_country_id", "country", "code", REDIRECT),
    Part("subdivision", "redirect_subdivision_id", "subdivision", "id", REDIRECT),
)


def install(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Create the triggers, replacing older ones; a receiver of `post_migrate`."""
    connection = connections[using]
    if "geography_officialname" not in connection.introspection.table_names():
        return
    build = _sqlite if connection.vendor == "sqlite" else _postgresql
    with connection.cursor() as cursor:
        for statement in build():
            cursor.execute(statement)


def _columns(model: str, chosen: tuple[str, ...] = ()) -> list[str]:
    fields = apps.get_model("geography", model)._meta.concrete_fields
    columns = [field.column for field in fields if field.column not in UNSEEN]
    # Where there are translations, nobody reads modeltranslation's own column.
    unread = {"name"} if "name_en" in columns else set()
    return [column for column in columns if column not in unread and (not chosen or column in chosen)]


def _sqlite() -> Iterator[str]:
    now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"

    def changed(columns: list[str]) -> str:
        return " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in columns)

    for model in STAMPED:
        table, name = f"geography_{model}", f"stamp_{model}"
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield (
            f"CREATE TRIGGER {name} AFTER UPDATE ON {table} "
            f"WHEN NEW.updated_at IS OLD.updated_at AND ({changed(_columns(model))}) "
            f"BEGIN UPDATE {table} SET updated_at = {now} WHERE rowid = NEW.rowid; END"
        )
    for part in PARTS:
        for operation, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            name = f"stamp_{part.whole}_by_{part.model}_{operation.lower()}"
            when = f"WHEN {changed(_columns(part.model, part.columns))}" if operation == "UPDATE" else ""
            moves = " ".join(
                f"UPDATE geography_{part.whole} SET updated_at = {now} WHERE {part.key} = {row}.{part.column};"
                for row in rows
            )
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield f"CREATE TRIGGER {name} AFTER {operation} ON geography_{part.model} {when} BEGIN {moves} END"


def _postgresql() -> Iterator[str]:
    def row(alias: str, columns: list[str]) -> str:
        return "(" + ", ".join(f'{alias}."{column}"' for column in columns) + ")"

    yield (
        "CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END $$"
    )
    for model in STAMPED:
        table, name, columns = f"geography_{model}", f"stamp_{model}", _columns(model)
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield (
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (NEW.updated_at = OLD.updated_at AND {row('NEW', columns)} IS DISTINCT FROM {row('OLD', columns)}) "
            "EXECUTE FUNCTION stamp()"
        )
    # Per statement: a trigger for each row of an import would cost a second. Such a trigger also fires for no rows,
    # so that a subdivision that moves a subdivision would do so for ever without the IF.
    for part in PARTS:
        table, columns = f"geography_{part.model}", _columns(part.model, part.columns)
        id_column = apps.get_model("geography", part.model)._meta.pk.column
        differ = f'JOIN old_rows o USING ("{id_column}") WHERE {row("n", columns)} IS DISTINCT FROM {row("o", columns)}'
        both = f"SELECT unnest(ARRAY[n.{part.column}, o.{part.column}]) FROM new_rows n {differ}"
        sources = {
            "INSERT": ("NEW TABLE AS new_rows", f"SELECT {part.column} FROM new_rows"),
            "UPDATE": ("OLD TABLE AS old_rows NEW TABLE AS new_rows", both),
            "DELETE": ("OLD TABLE AS old_rows", f"SELECT {part.column} FROM old_rows"),
        }
        for operation, (tables, keys) in sources.items():
            name = f"stamp_{part.whole}_by_{part.model}_{operation.lower()}"
            yield (
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF EXISTS (SELECT FROM {'old' if operation == 'DELETE' else 'new'}_rows) THEN "
                # Planned anew for the rows at hand: a plan kept from three rows takes a minute for five thousand.
                f"EXECUTE 'UPDATE geography_{part.whole} SET updated_at = clock_timestamp() "
                f"WHERE {part.key} IN ({keys})'; "
                "END IF; RETURN NULL; END $$"
            )
            yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
            yield (
                f"CREATE TRIGGER {name} AFTER {operation} ON {table} REFERENCING {tables} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
