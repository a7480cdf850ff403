"""Read a table of ISO 3166-2, a row for each code, language and romanization, as `ipregistry/iso3166` has it."""

import csv
import re
from pathlib import Path

from apps.geography.imports.iso_names import clean
from apps.geography.imports.report import Rejection
from apps.geography.imports.source import BadSource
from apps.geography.imports.tables import Row

# Our names for the columns, and how theirs begin once only letters and digits are left.
COLUMNS = {
    "code": "subdivisioncode",
    "name": "subdivisionname",
    "language": "languagecode",
    "romanization": "romanization",
    "variant": "localvariant",
}
REQUIRED = ("code", "name", "language")
# What rows that come from a table bear as their source.
SOURCE = "ISO 3166-2 table"


def read(path: Path, known: set[str]) -> tuple[list[Row], list[Rejection]]:
    """Return the official names of the table, the first of each code as its primary one, and what is unusable.

    known: the codes there are. Raises BadSource when the file or one of its columns is missing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSource(f"{path}: {error}") from error
    header = [re.sub(r"[^a-z0-9]", "", cell.lower()) for cell in lines[0]] if lines else []
    places = {
        ours: place for ours, theirs in COLUMNS.items() for place, cell in enumerate(header) if cell.startswith(theirs)
    }
    if missing := [column for column in REQUIRED if column not in places]:
        raise BadSource(f"{path}:1: no column for: {', '.join(missing)}")
    rows: list[Row] = []
    rejected = []
    seen: set[str] = set()
    for number, line in enumerate(lines[1:], 2):
        cells = {column: line[place].strip() if place < len(line) else "" for column, place in places.items()}
        code, where = cells["code"].replace("*", ""), f"{path.name}:{number}"
        if code not in known:
            rejected.append(Rejection(where, f"no such code: {code!r}"))
        elif not cells["name"] or len(cells["name"]) > 200:
            rejected.append(Rejection(where, f"{code} has no name that fits"))
        else:
            name, bracketed, variant = clean(code, cells["name"])
            local = cells.get("variant") or variant or bracketed or None
            system = cells.get("romanization") or None
            rows.append((code, cells["language"] or None, system, name, local, code not in seen, False, SOURCE))
            seen.add(code)
    return rows, rejected


def outrank(table: list[Row], packages: list[Row]) -> list[Row]:
    """Return the table's rows, and of the packages' those that it has no word on.

    A code that the table has loses the packages' primary row, and generated ones in a language and system it covers.
    """
    keys = {row[:3] for row in table}
    codes = {row[0] for row in table}
    return [*table, *(row for row in packages if row[:3] not in keys and not (row[0] in codes and row[5]))]
