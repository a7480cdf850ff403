"""Read a table of ISO 3166-2, a row for each code, language and romanization, as `ipregistry/iso3166` has it."""

import csv
import re
from pathlib import Path

from apps.geography.sources.iso_names import clean
from apps.imports.report import Rejection
from apps.imports.source import BadSource
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
LIMITS = {"name": 200, "variant": 200, "language": 20, "romanization": 40}
ANOTHER = "give a table with a row for each code, language and name, as ipregistry/iso3166 publishes subdivisions.csv"
# What rows that come from a table bear as their source.
SOURCE = "ISO 3166-2 table"


def read(path: Path, known: set[str]) -> tuple[list[Row], list[Rejection]]:
    """Return the official names of the table, the first of each code as its primary one, and what is unusable.

    known: the codes there are. Raises BadSource, with the line, when the file is missing, cut off, or no such table.
    """
    places, lines = _lines(path)
    rows: list[Row] = []
    rejected = []
    seen: set[str] = set()
    for number, line in lines:
        where = f"{path.name}:{number}"
        if len(line) <= max(places.values()):
            rejected.append(Rejection(where, f"{len(line)} cells are too few"))
            continue
        cells = {column: line[place].strip() for column, place in places.items()}
        code = cells["code"].replace("*", "")
        if code not in known:
            rejected.append(Rejection(where, f"no such code: {code!r}"))
        elif not cells["name"] or any(len(cells.get(column, "")) > limit for column, limit in LIMITS.items()):
            rejected.append(Rejection(where, f"{code} has no name that fits"))
        else:
            name, bracketed, variant = clean(code, cells["name"])
            local = cells.get("variant") or variant or bracketed or None
            system = cells.get("romanization") or None
            rows.append((code, cells["language"] or None, system, name, local, code not in seen, False, SOURCE))
            seen.add(code)
    if not rows:
        raise BadSource(f"{path}: none of {len(rejected)} lines has a name of a code of ISO 3166-2; {ANOTHER}.")
    return rows, rejected


def _lines(path: Path) -> tuple[dict[str, int], list[tuple[int, list[str]]]]:
    """Return where our columns stand, and the numbered lines below the header; raises BadSource."""
    numbered: list[tuple[int, list[str]]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            try:
                numbered.extend((reader.line_num, line) for line in reader)
            except csv.Error as error:
                raise BadSource(f"{path}:{reader.line_num}: {error}; {ANOTHER}.") from error
    except OSError as error:
        raise BadSource(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadSource(f"{path}: no UTF-8 ({error.reason}); {ANOTHER}.") from error
    header = [re.sub(r"[^a-z0-9]", "", cell.lower()) for cell in numbered[0][1]] if numbered else []
    places = {
        ours: place for ours, theirs in COLUMNS.items() for place, cell in enumerate(header) if cell.startswith(theirs)
    }
    if missing := [column for column in REQUIRED if column not in places]:
        raise BadSource(f"{path}:1: no column for: {', '.join(missing)}; {ANOTHER}.")
    last, cells = numbered[-1]
    if len(cells) < len(header):
        raise BadSource(f"{path}:{last}: the file is cut off; {ANOTHER}.")
    return places, numbered[1:]


def outrank(table: list[Row], packages: list[Row]) -> list[Row]:
    """Return the table's rows, and of the packages' those that it has no word on.

    A code that the table has loses the packages' primary row, and generated ones in a language and system it covers.
    """
    keys = {row[:3] for row in table}
    codes = {row[0] for row in table}
    return [*table, *(row for row in packages if row[:3] not in keys and not (row[0] in codes and row[5]))]
