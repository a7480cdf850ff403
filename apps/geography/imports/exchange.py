"""Our own data as JSON Lines: what the export commands write, and the import commands read with `--from`."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from apps.geography.imports.diff import WITHDRAWN, stored_rows
from apps.geography.imports.source import BadSource
from apps.geography.imports.tables import Dataset, Row, Table


def lines(tables: Iterable[Table]) -> Iterator[str]:
    """Yield a line for each row, `{"table": "countries", "code": "AD", …}`, in the order of the keys.

    Staff's corrections are in it, and their own rows; the same data gives the same bytes.
    """
    for table in tables:
        columns = (*table.columns, WITHDRAWN)
        rows = [stored.values for stored in stored_rows(table)]
        for row in sorted(rows, key=lambda row: [(part is not None, part) for part in row[: table.key]]):
            texts = {column: value for column, value in zip(columns, row, strict=True) if value is not None}
            yield json.dumps({"table": table.label, **texts}, ensure_ascii=False)


def read(path: Path, tables: Sequence[Table]) -> list[Dataset]:
    """Return the rows of an exported file; raises BadSource, with file and line, for one of another shape."""
    rows: dict[str, list[Row]] = {table.label: [] for table in tables}
    by_label = {table.label: table for table in tables}
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                label, row = _row(json.loads(line), by_label, f"{path}:{number}")
                rows[label].append(row)
    except (OSError, ValueError) as error:
        raise BadSource(f"{path}: {error}") from error
    return [Dataset(table, rows[table.label]) for table in tables]


def _row(values: Any, tables: dict[str, Table], where: str) -> tuple[str, Row]:
    if not isinstance(values, dict) or values.get("table") not in tables:
        raise BadSource(f"{where}: no table of this import")
    table = tables[values.pop("table")]
    columns = (*table.columns, WITHDRAWN)
    if unknown := values.keys() - set(columns):
        raise BadSource(f"{where}: unknown columns: {', '.join(sorted(unknown))}")
    return table.label, tuple(values.get(column) for column in columns)
