"""What has changed from one release to the next, row by row and whatever changed it, for who keeps a copy."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from apps.geography.models import Subdivision
from apps.geography.tenant_view import COLUMNS, Row
from apps.site.exports.formats import LISTS, TRUTHS, Format, to_json


class Changes(Format):
    """A line for each row that was added, changed or withdrawn; the first names the release that they build on."""

    suffix, media_type, label = "changes.jsonl", "application/jsonl", "Changes since the release before"


def successors() -> dict[str, list[str]]:
    """Return the codes that succeed withdrawn subdivisions, by theirs; one query."""
    withdrawn = Subdivision.objects.untranslated().filter(withdrawn_on__isnull=False).order_by()
    return {code: codes for code, codes in withdrawn.values_list("code", "replaced_by") if codes}


def write(path: Path, about: Mapping[str, Any], before: Path, after: Path, replaced: Mapping[str, list[str]]) -> bool:
    """Write what has to be done to a copy of one SQLite export to have the other; False where that cannot be said.

    It cannot where they have other columns. Who does it, line by line, has what a reader of everything has. Memory
    does not grow with the data.
    """
    with closing(sqlite3.connect(f"file:{after}?mode=ro", uri=True)) as connection:
        connection.execute("ATTACH ? AS earlier", (f"file:{before}?mode=ro",))
        if any(_columns(connection, "earlier", table) != list(columns) for table, columns in COLUMNS.items()):
            return False
        with path.open("w", encoding="utf-8") as file:
            file.write(to_json({"kind": "about", **about}) + "\n")
            for table in COLUMNS:
                for change, row in _of_table(connection, table):
                    codes = replaced.get(row.get("code", ""), []) if change == "withdrawn" else []
                    line = {"kind": table, "change": change, **row} | ({"replaced_by": codes} if codes else {})
                    file.write(to_json(line) + "\n")
    return True


def _columns(connection: sqlite3.Connection, schema: str, table: str) -> list[str]:
    return [name for _, name, *_ in connection.execute(f"PRAGMA {schema}.table_info({table})")]


def _of_table(connection: sqlite3.Connection, table: str) -> Iterator[tuple[str, Row]]:
    columns = COLUMNS[table]
    key = columns[0]
    new, old = (", ".join(f"{alias}.{column}" for column in columns) for alias in ("n", "o"))
    # Withdrawn rows first: what comes in their place may bear their names.
    gone = f"SELECT {key} FROM earlier.{table} WHERE {key} NOT IN (SELECT {key} FROM main.{table}) ORDER BY {key}"
    for (identifier,) in connection.execute(gone):
        yield "withdrawn", {key: identifier}
    other = (
        f"SELECT o.{key} IS NULL, {new} FROM main.{table} n LEFT JOIN earlier.{table} o ON o.{key} = n.{key} "
        f"WHERE o.{key} IS NULL OR ({new}) IS NOT ({old}) ORDER BY n.{key}"
    )
    for is_added, *cells in connection.execute(other):
        yield (
            "added" if is_added else "changed",
            {column: _value(column, cell) for column, cell in zip(columns, cells, strict=True)},
        )


def _value(column: str, cell: Any) -> Any:
    """Return the value that JSON Lines has for a cell."""
    if column in LISTS:
        return json.loads(cell)
    return bool(cell) if column in TRUTHS else cell
