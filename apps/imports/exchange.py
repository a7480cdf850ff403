"""Our own data as JSON Lines or CSV: what the export commands write, and the import commands read with `--from`."""

import csv
import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from django.db import models

from apps.imports.diff import WITHDRAWN, stored_rows
from apps.imports.source import BadSource
from apps.imports.tables import Dataset, Row, Table

AGAIN = "export it again, or correct the line"


def lines(tables: Iterable[Table]) -> Iterator[str]:
    """Yield a line for each row, `{"table": "books", "isbn": "9780141439518", …}`, in the order of the keys.

    Staff's corrections are in it, and their own rows; the same data gives the same bytes.
    """
    for table in tables:
        for row in _rows(table):
            texts = {name: value for name, value in zip(_columns(table), row, strict=True) if value is not None}
            yield json.dumps({"table": table.label, **texts}, ensure_ascii=False)


def csv_files(tables: Iterable[Table]) -> dict[str, Iterator[str]]:
    """Return the lines of a CSV file for each table, by file name, with the rows of `lines`.

    Text stands as it is, anything else as JSON has it; a cell is empty where there is nothing.
    """
    return {f"{table.label.replace(' ', '_')}.csv": _csv_lines(table) for table in tables}


def read(path: Path, tables: Sequence[Table]) -> list[Dataset]:
    """Return the rows of an exported file, or of a folder of CSV files.

    Raises BadSource, with file and line, where it is of another shape.
    """
    try:
        if path.is_dir():
            files = dict(zip(csv_files(tables), tables, strict=True))
            return [Dataset(table, list(_read_csv(path / name, table))) for name, table in files.items()]
        return _read_lines(path, tables)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSource(f"{path}: {error}") from error


def _columns(table: Table) -> tuple[str, ...]:
    return (*table.columns, WITHDRAWN)


def _rows(table: Table) -> list[Row]:
    rows = (stored.values for stored in stored_rows(table))
    return sorted(rows, key=lambda row: [(part is not None, part) for part in row[: table.key]])


def _csv_lines(table: Table) -> Iterator[str]:
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in [_columns(table), *_rows(table)]:
        writer.writerow([value if isinstance(value, str) else _cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _cell(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _read_csv(path: Path, table: Table) -> Iterator[Row]:
    checks = _checks(table)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            if sorted(header) != sorted(checks):
                raise BadSource(f"{path}:1: the columns must be: {', '.join(checks)}; {AGAIN}")
            for cells in reader:
                where = f"{path}:{reader.line_num}"
                if len(cells) != len(header):
                    raise BadSource(f"{where}: {len(cells)} cells instead of {len(header)}; {AGAIN}")
                values = {name: _value(cell, checks[name]) for name, cell in zip(header, cells, strict=True)}
                yield _checked(values, checks, where)
        except csv.Error as error:
            raise BadSource(f"{path}:{reader.line_num}: {error}; {AGAIN}") from error


def _value(cell: str, check: Callable[[Any], bool]) -> Any:
    """Return what a cell stands for: a text where the column holds texts, else what JSON makes of it."""
    if not cell:
        return None
    if check(""):
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        # The check refuses it, or it is a day.
        return cell


def _read_lines(path: Path, tables: Sequence[Table]) -> list[Dataset]:
    rows: dict[str, list[Row]] = {table.label: [] for table in tables}
    checks = {table.label: _checks(table) for table in tables}
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            where = f"{path}:{number}"
            try:
                values = json.loads(line)
            except ValueError as error:
                raise BadSource(f"{where}: {error}; {AGAIN}") from error
            if not isinstance(values, dict) or values.get("table") not in rows:
                raise BadSource(f"{where}: no table of this import; it takes {', '.join(rows)}")
            label = values.pop("table")
            rows[label].append(_checked(values, checks[label], where))
    return [Dataset(table, rows[table.label]) for table in tables]


def _checked(values: dict[str, Any], checks: dict[str, Callable[[Any], bool]], where: str) -> Row:
    """Return the row; raises BadSource for a column that is unknown, or holds what it cannot hold."""
    if unknown := values.keys() - checks.keys():
        raise BadSource(f"{where}: unknown columns: {', '.join(sorted(unknown))}; {AGAIN}")
    for name, value in values.items():
        if value is not None and not checks[name](value):
            raise BadSource(f"{where}: {name} cannot be {str(value)[:40]!r}; {AGAIN}")
    return tuple(values.get(name) for name in checks)


def _checks(table: Table) -> dict[str, Callable[[Any], bool]]:
    """Return, for each column, what tells whether it can hold a value."""
    return {**{name: _check(table, name) for name in table.columns}, WITHDRAWN: _is_day}


def _check(table: Table, name: str) -> Callable[[Any], bool]:
    field = table.model_field(name)
    if name in table.many or isinstance(field, models.JSONField):
        return lambda value: isinstance(value, list)
    if field.is_relation:
        field = field.related_model._meta.get_field(table.references[name]) if name in table.references else field
        field = field.target_field if field.is_relation else field
    if isinstance(field, models.BooleanField):
        return lambda value: isinstance(value, bool)
    if isinstance(field, models.CharField):
        longest = field.max_length or 0
        return lambda value: isinstance(value, str) and len(value) <= longest
    numbers = (int, float) if isinstance(field, models.FloatField) else (int,)
    return lambda value: isinstance(value, numbers) and not isinstance(value, bool)


def _is_day(value: Any) -> bool:
    try:
        return bool(value) and bool(datetime.date.fromisoformat(value))
    except (TypeError, ValueError):
        return False
