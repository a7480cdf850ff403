"""Read a table of ISO 3166-2, a row for each code, language and romanization, as `ipregistry/iso3166` has it."""

import re
from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from apps.geography.sources.subdivisions.iso_names import clean
from apps.geography.validation.characters import tidied
from apps.imports.files import sheets
from apps.imports.files.sheets import restored
from apps.imports.files.source import BadSheet, BadSource, unreadable
from apps.imports.report import Rejection
from apps.imports.rules import Problem, shown
from apps.imports.tables import Row

# Our names for the columns, and how theirs begin once only letters and digits are left.
COLUMNS = {
    "code": "subdivisioncode",
    "name": "subdivisionname",
    "language": "languagecode",
    "romanization": "romanization",
    "variant": "localvariant",
}
REQUIRED = ("code", "name", "language")
ANOTHER = "give a table with a row for each code, language and name, as ipregistry/iso3166 publishes subdivisions.csv"
# What rows that come from a table bear as their source.
SOURCE = "ISO 3166-2 table"


@dataclass
class IsoTable:
    """What such a table says: its rows with their lines, what could not be used, and whose names therefore stay.

    is_complete: whether it is known of every line whose it is.
    """

    path: Path
    rows: list[Row] = field(default_factory=list)
    lines: "array[int]" = field(default_factory=lambda: array("L"))
    rejected: list[Rejection] = field(default_factory=list)
    unread: set[tuple[str]] = field(default_factory=set)
    is_complete: bool = True

    def reject(self, number: int, why: Problem | str, code: str) -> None:
        """Note a line that cannot be used."""
        about = (why.field, shown(why.value)) if isinstance(why, Problem) else ()
        self.rejected.append(Rejection(f"{self.path.name}:{number}", str(why), *about))
        self.is_complete &= bool(code)
        self.unread.add((code,))


def parse(path: Path, known: set[str]) -> IsoTable:
    """Return the official names of the table, the first of each code as its primary one.

    known: the codes there are. Raises BadSource, with the line, when the file is missing, cut off, or no such table.
    """
    table = IsoTable(path)
    seen: set[str] = set()
    for number, cells in _lines(path, table):
        code = cells["code"].replace("*", "")
        if code not in known:
            table.reject(number, Problem("code", code, "give a current code of ISO 3166-2"), code)
            continue
        name, bracketed, variant = clean(code, cells["name"])
        local = cells.get("variant") or variant or bracketed or None
        system = cells.get("romanization") or None
        row = (code, cells["language"] or None, system, name or None, local, code not in seen, False, SOURCE)
        seen.add(code)
        table.rows.append(row)
        table.lines.append(number)
    if not table.rows:
        raise BadSource(f"{path}: none of {len(table.rejected)} lines has a name of a code of ISO 3166-2; {ANOTHER}.")
    return table


def _lines(path: Path, table: IsoTable) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the numbered lines below the header, each by our columns; raises BadSource."""
    try:
        with path.open("rb") as file:
            sheet = sheets.parse(file)
            header = [re.sub(r"[^a-z0-9]", "", cell.lower()) for cell in sheet.header]
            places = {
                ours: place
                for ours, theirs in COLUMNS.items()
                for place, cell in enumerate(header)
                if cell.startswith(theirs)
            }
            if missing := [column for column in REQUIRED if column not in places]:
                raise BadSource(f"{path}:1: no column for: {', '.join(missing)}; {ANOTHER}.")
            short: tuple[int, list[str]] | None = None
            for number, cells in sheet.rows:
                # A workbook does not store empty cells at the end of a line, so that their lack says nothing.
                line = cells if sheet.separator else cells + [""] * (len(header) - len(cells))
                if short:
                    _reject_short(table, short, places)
                short = (number, line) if len(line) < len(header) else None
                if not short:
                    yield number, {column: tidied(restored(line[place])) for column, place in places.items()}
            if short:
                raise BadSource(f"{path}:{short[0]}: the file is cut off; {ANOTHER}.")
    except OSError as error:
        raise unreadable(path, error, ANOTHER) from error
    except BadSheet as error:
        raise BadSource(f"{path}: {error}; {ANOTHER}.") from error


def _reject_short(table: IsoTable, short: tuple[int, list[str]], places: dict[str, int]) -> None:
    number, line = short
    code = line[places["code"]].strip() if len(line) > places["code"] else ""
    table.reject(number, f"{len(line)} cells are too few; correct the line", code)


def outrank(table: list[Row], packages: list[Row], unread: Collection[tuple[str]] = ()) -> list[Row]:
    """Return the table's rows, and of the packages' those that it has no word on.

    A code that the table has loses the packages' primary row, and generated ones in a language and system it covers.
    unread: codes of which the table has lines that cannot be used; the packages say nothing of them either.
    """
    keys = {row[:3] for row in table}
    codes = {row[0] for row in table}
    rest = (row for row in packages if (row[0],) not in unread)
    return [*table, *(row for row in rest if row[:3] not in keys and not (row[0] in codes and row[5]))]
