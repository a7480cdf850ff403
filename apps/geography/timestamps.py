"""`updated_at` moves when what callers see of a row moves: triggers, whoever writes and by whatever route.

A writer that sets `updated_at` itself is left alone. What upstream last said (`upstream`) is not seen by callers.
See `apps/decisions/0002-triggers.md`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps

from apps.geography.assignment import SQLITE_NOW
from apps.revisions.triggers import Body, Trigger

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


def triggers() -> Iterator[Trigger]:
    """Yield the triggers."""
    for model in STAMPED:
        yield _own(model)
    for part in PARTS:
        for operation in ("INSERT", "UPDATE", "DELETE"):
            yield _of_part(part, operation)


def _own(model: str) -> Trigger:
    table, columns = f"geography_{model}", columns_seen(model)
    return Trigger(
        name=f"stamp_{model}",
        table=table,
        event="UPDATE",
        target=table,
        sqlite=Body(
            f"UPDATE {table} SET updated_at = {SQLITE_NOW} WHERE rowid = NEW.rowid;",
            when=f"NEW.updated_at IS OLD.updated_at AND ({_differs(columns)})",
        ),
        postgresql=Body(
            "NEW.updated_at := clock_timestamp();",
            when=f"NEW.updated_at = OLD.updated_at AND {_row('NEW', columns)} IS DISTINCT FROM {_row('OLD', columns)}",
        ),
        before_row=True,
    )


def _of_part(part: Part, operation: str) -> Trigger:
    whole = f"geography_{part.whole}"
    columns = columns_seen(part.model, part.columns)
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[operation]
    moves = (f"UPDATE {whole} SET updated_at = {SQLITE_NOW} WHERE {part.key} = {row}.{part.column};" for row in rows)
    return Trigger(
        name=f"stamp_{part.whole}_by_{part.model}_{operation.lower()}",
        table=f"geography_{part.model}",
        event=operation,
        target=whole,
        sqlite=Body(" ".join(moves), when=_differs(columns) if operation == "UPDATE" else ""),
        # Per statement: a trigger for each row of an import would cost a second. Such a trigger also fires for no
        # rows, so that a subdivision that moves a subdivision would do so for ever without the condition.
        postgresql=Body(
            # Planned anew for the rows at hand: a plan kept from three rows takes a minute for five thousand.
            f"EXECUTE 'UPDATE {whole} SET updated_at = clock_timestamp() "
            f"WHERE {part.key} IN ({_touched(part, operation, columns)})';",
            when=f"EXISTS (SELECT FROM {'old' if operation == 'DELETE' else 'new'}_rows)",
        ),
    )


def _touched(part: Part, operation: str, columns: list[str]) -> str:
    """Return the query for the keys of the wholes that a statement on their parts touches."""
    if operation != "UPDATE":
        return f"SELECT {part.column} FROM {'new' if operation == 'INSERT' else 'old'}_rows"
    pk = apps.get_model("geography", part.model)._meta.pk.column
    return (
        f"SELECT unnest(ARRAY[n.{part.column}, o.{part.column}]) FROM new_rows n "
        f'JOIN old_rows o USING ("{pk}") WHERE {_row("n", columns)} IS DISTINCT FROM {_row("o", columns)}'
    )


def columns_seen(model: str, chosen: tuple[str, ...] = ()) -> list[str]:
    """Return those columns of a table, or of the chosen ones, that callers see."""
    fields = apps.get_model("geography", model)._meta.concrete_fields
    columns = [field.column for field in fields if field.column not in UNSEEN]
    # Where there are translations, nobody reads modeltranslation's own column.
    unread = {"name"} if "name_en" in columns else set()
    return [column for column in columns if column not in unread and (not chosen or column in chosen)]


def _differs(columns: list[str]) -> str:
    return " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in columns)


def _row(alias: str, columns: list[str]) -> str:
    return "(" + ", ".join(f'{alias}."{column}"' for column in columns) + ")"
