"""Our own data as JSON Lines or CSV: what the export commands write, and the import commands read with `--from`."""

import csv
import datetime
import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from apps.imports.diff import WITHDRAWN, stored_rows, upstream_row
from apps.imports.files import sheets, tabular
from apps.imports.files.source import ENOUGH, BadSheet, BadSource, unreadable
from apps.imports.progress import READING, bar
from apps.imports.report import Rejection
from apps.imports.rules import Problem, Rules, fits, legible, shown
from apps.imports.tables import Dataset, Row, Table

AGAIN = "export it again, or correct the line"
# Cells of one table, since all of it is kept in memory; the largest of ours has some three million.
MOST_CELLS = 10_000_000


def lines(tables: Iterable[Table]) -> Iterator[str]:
    """Yield a line for each row, `{"table": "books", "isbn": "9780141439518", …}`, in the order of the keys.

    Staff's corrections are in it, and their own rows; the same data gives the same bytes.
    """
    for table in tables:
        for number, row in enumerate(_rows(table)):
            # The first line names every column, so that one without any value is told from one that is not known.
            texts = {
                name: value
                for name, value in zip(_columns(table), row, strict=True)
                if number == 0 or value is not None
            }
            yield json.dumps({"table": table.label, **texts}, ensure_ascii=False)


def csv_files(tables: Iterable[Table]) -> dict[str, Iterator[str]]:
    """Return the lines of a CSV file for each table, by file name, with the rows of `lines`.

    They begin with the mark of UTF-8. Text stands as it is, but for what a spreadsheet would run (see
    `sheets.neutral`), anything else as JSON has it; a cell is empty where there is nothing.
    """
    return {f"{_file_name(table)}{tabular.CSV}": _csv_lines(table) for table in tables}


def datasets_in(path: Path, tables: Sequence[Table], *, forced: bool = False) -> list[Dataset]:
    """Return the rows of an exported file, each with its line: JSON Lines, or CSV and XLSX as `tabular` finds them.

    Of tables that have no file of CSV nothing is said. A column that no line of a table has is younger than the export:
    what is stored of it stays, and the report says so. Raises BadSource, with file and line, where it is of another
    shape and, unless it is `forced`, larger than our tables are. What single values are worth is for the tables' rules
    to say.
    """
    try:
        return (_read_tables if tabular.is_tabular(path) else _read_lines)(path, tables, forced)
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(
            path, error, "name a file that Gazetteer has exported: JSON Lines, CSV, or a folder or ZIP archive of CSV"
        ) from error


def _file_name(table: Table) -> str:
    return table.label.replace(" ", "_")


def _columns(table: Table) -> tuple[str, ...]:
    return (*table.columns, WITHDRAWN)


def _rows(table: Table) -> list[Row]:
    rows = (stored.values for stored in stored_rows(table))
    return sorted(rows, key=lambda row: [(part is not None, part) for part in row[: table.key]])


def _csv_lines(table: Table) -> Iterator[str]:
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    # Excel takes a file without the mark for one of its own encoding.
    buffer.write("\ufeff")
    for row in [_columns(table), *_rows(table)]:
        writer.writerow([sheets.neutral(value) if isinstance(value, str) else _cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _cell(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _read_tables(path: Path, tables: Sequence[Table], forced: bool) -> list[Dataset]:
    by_name = {_file_name(table): table for table in tables}
    columns = {name: _columns(table) for name, table in by_name.items()}
    keys = {name: table.key for name, table in by_name.items()}
    found: dict[str, _Found] = {}
    for place, file in tabular.files_in(path):
        try:
            titles = sheets.titles(file)
            for number, title in enumerate(titles):
                sheet = sheets.parse(file, title)
                where = place / title if len(titles) > 1 else place
                # Beside the first, a workbook may have sheets with notes.
                if number and not tabular.fitting(where, sheet.header, columns, keys):
                    continue
                name = tabular.table_of(where, sheet.header, columns, keys)
                if name in found:
                    raise BadSource(f"{where}: {found[name].path} holds {name}, too; take out one of them")
                found[name] = _read_sheet(sheet, _Found(by_name[name], where, forced))
        except BadSheet as error:
            raise BadSource(f"{place}: {error}; {AGAIN}") from error
    return [found[name].dataset() for name in by_name if name in found]


def _read_sheet(sheet: sheets.Sheet, found: "_Found") -> "_Found":
    table, path, names = found.table, found.path, found.names
    fields = {name: table.value_field(name) for name in names}
    if fault := _unfit_header(sheet.header, names, needed=(*table.columns[: table.key], WITHDRAWN)):
        raise BadSource(f"{path}:{sheet.line}: {fault}; the columns are: {', '.join(names)}; {AGAIN}")
    found.present.update(sheet.header)
    for number, cells in bar(sheet.rows, READING, path.name):
        values = {name: sheet.value(cell, fields[name]) for name, cell in zip(sheet.header, cells, strict=False)}
        if len(cells) > len(sheet.header) or (len(cells) < len(sheet.header) and sheet.separator):
            # Whatever cell is missing, the first ones tell which row it is.
            found.reject(number, f"{len(cells)} cells instead of {len(sheet.header)}; {AGAIN}", values)
        else:
            found.take(number, values)
    return found


def _unfit_header(header: Sequence[str], names: Sequence[str], needed: Sequence[str]) -> str:
    """Return what is wrong with the header of a table, "" where nothing is."""
    faults = {
        "stands twice": [name for name, number in Counter(header).items() if number > 1],
        "is no column": [name for name in header if name not in names],
        "is missing": [name for name in needed if name not in header],
    }
    return ", ".join(f"{shown(name)} {fault}" for fault, found in faults.items() for name in dict.fromkeys(found))


def _read_lines(path: Path, tables: Sequence[Table], forced: bool) -> list[Dataset]:
    found = {table.label: _Found(table, path, forced) for table in tables}
    columns = {table.label: frozenset(_columns(table)) for table in tables}
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(bar(file, READING, path.name), 1):
            where = f"{path}:{number}"
            if not line.strip():
                continue
            try:
                values = json.loads(line)
            except ValueError as error:
                raise BadSource(f"{where}: {error}; {AGAIN}") from error
            except RecursionError as error:
                raise BadSource(f"{where}: its lists lie too deep in one another; {AGAIN}") from error
            label = values.pop("table", None) if isinstance(values, dict) else None
            if not isinstance(label, str) or label not in found:
                raise BadSource(f"{where}: no table of this import; it takes {', '.join(found)}")
            if unknown := values.keys() - columns[label]:
                raise BadSource(f"{where}: unknown columns: {', '.join(sorted(map(legible, unknown)))}; {AGAIN}")
            found[label].present.update(values)
            found[label].take(number, values)
    return [each.dataset() for each in found.values()]


class _Found:
    """What a file has for one table, as it is read. forced: whether to read on in what is too large, or too wrong."""

    def __init__(self, table: Table, path: Path, forced: bool) -> None:
        self.table, self.path, self.forced = table, path, forced
        self.names = _columns(table)
        self.tidy = getattr(table.model, "rules", Rules()).tidy
        self.keys = [fits(table.model_field(name), table.value_field(name)) for name in table.columns[: table.key]]
        self.present: set[str] = set()
        self.rows: list[Row] = []
        self.lines = array("L")
        self.rejected: list[Rejection] = []
        self.unread: set[Row] = set()
        self.is_complete = True

    def take(self, number: int, values: dict[str, Any]) -> None:
        """Take a line; what has a key can be judged by the rules, anything else is rejected here."""
        row = tuple(self._settled(name, values.get(name)) for name in self.names)
        if problem := self._unfit_key(row):
            self.reject(number, problem, values)
        elif row[-1] is not None and _day(row[-1]) is None:
            self.reject(number, Problem(WITHDRAWN, row[-1], "give a day such as 2026-01-31, or nothing"), values)
        else:
            self.rows.append(row if row[-1] is None else (*row[:-1], _day(row[-1])))
            self.lines.append(number)
            if len(self.rows) * len(self.names) > MOST_CELLS and not self.forced:
                what = f"there are more than {MOST_CELLS // len(self.names):,} {self.table.label} in it"
                raise BadSource(f"{self.path}:{number}: {what}; name the right file, or take them with --force")

    def _settled(self, name: str, value: Any) -> Any:
        """Return a value as rows hold it. Keys stay what they are: they have to be found again."""
        if isinstance(value, str):
            return (value if name in self.names[: self.table.key] else self.tidy(value)) or None
        if name in self.table.many and isinstance(value, list) and all(isinstance(each, str) for each in value):
            return sorted(set(value))
        return value

    def _unfit_key(self, row: Row) -> Problem | None:
        for name, value, fit in zip(self.names, row, self.keys, strict=False):
            if remedy := fit(value):
                return Problem(name, value, remedy)
        return None

    def reject(self, number: int, problem: Problem | str, values: dict[str, Any]) -> None:
        """Note a line that is no row, and keep the row whose key it bears."""
        about = (problem.field, shown(problem.value)) if isinstance(problem, Problem) else ()
        self.rejected.append(Rejection(f"{self.path}:{number}", str(problem), *about))
        if len(self.rejected) >= ENOUGH and not self.forced:
            raise BadSource(f"{self.path}:{number}: {ENOUGH:,} lines cannot be used, the last one since {problem}")
        key = tuple(self._settled(name, values.get(name)) for name in self.names[: self.table.key])
        if self._unfit_key(key):
            self.is_complete = False
        else:
            self.unread.add(key)

    def dataset(self) -> Dataset:
        """Return all that was found; what the file has no column for stays as upstream last said it."""
        absent = [name for name in self.table.columns[self.table.key :] if name not in self.present]
        rows = self._completed(absent) if absent and self.rows else self.rows
        return Dataset(
            self.table,
            rows,
            self.rejected,
            self.unread,
            self.is_complete,
            file=str(self.path),
            lines=self.lines,
            absent=absent if self.rows else [],
            is_export=True,
        )

    def _completed(self, absent: list[str]) -> list[Row]:
        places = [self.table.columns.index(name) for name in absent]
        # A row that is not stored yet gets what the columns begin with.
        fresh = [[] if name in self.table.many else self.table.model_field(name).get_default() for name in absent]
        fresh = [None if value == "" else value for value in fresh]
        said: dict[Any, list[Any]] = {}
        for stored in stored_rows(self.table):
            upstream, record = upstream_row(self.table, stored), stored.record or {}
            said[self.table.key_of(upstream)] = [
                upstream[place] if name in record else stored.values[place]
                for name, place in zip(absent, places, strict=True)
            ]
        completed = []
        for row in self.rows:
            values = list(row)
            for place, value in zip(places, said.get(self.table.key_of(row), fresh), strict=True):
                values[place] = value
            completed.append(tuple(values))
        return completed


def _day(value: Any) -> str | None:
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        return None
