"""Tables in the formats in which people have them, and what is said of the lines that are rejected."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl

from tests.geography.sources.cities.geonames_lines import write
from tests.imports.wrong_values import Wrong

Cells = list[dict[str, str]]


def as_csv(columns: list[str], rows: Cells, **options: Any) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", **options)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def csv_file(folder: Path, data: str, columns: list[str], rows: Cells) -> Path:
    return write(folder / f"{data}.csv", as_csv(columns, rows))


def semicolons(folder: Path, data: str, columns: list[str], rows: Cells) -> Path:
    """As Excel saves it in half of Europe, called as somebody liked."""
    return write(folder / "Kopie von Export (2).csv", "\ufeff" + as_csv(columns, rows, delimiter=";"))


def workbook(folder: Path, data: str, columns: list[str], rows: Cells) -> Path:
    book = openpyxl.Workbook()
    for line in (columns, *([row[column] or None for column in columns] for row in rows)):
        book.active.append(line)
    book.save(folder / f"{data}.xlsx")
    return folder / f"{data}.xlsx"


def archive(folder: Path, data: str, columns: list[str], rows: Cells) -> Path:
    """With a folder, what a Macintosh adds, and a text for readers."""
    with ZipFile(folder / "export.zip", "w") as file:
        file.writestr(f"export/{data}.csv", as_csv(columns, rows))
        file.writestr(f"__MACOSX/export/._{data}.csv", b"\0\5\26\7")
        file.writestr("export/README.txt", "Read me")
    return folder / "export.zip"


def spreadsheet(folder: Path, data: str, columns: list[str], rows: Cells) -> Path:
    """An archive as Excel opens and saves it in every country: UTF-16 and tabs."""
    with ZipFile(folder / "spreadsheet.zip", "w") as file:
        file.writestr(
            f"{data}.csv", ("\ufeff" + as_csv(columns, rows, delimiter="\t")).encode("utf-16-le", "surrogatepass")
        )
    return folder / "spreadsheet.zip"


def check(rejected: list[dict[str, Any]], wrong: Sequence[Wrong], first: int = 2) -> None:
    """See that each line is named with field, value and remedy, and no other is."""
    found: dict[int, list[dict[str, Any]]] = {}
    for each in rejected:
        found.setdefault(int(each["where"].rpartition(":")[2]), []).append(each)
    assert sorted(found) == list(range(first, first + len(wrong)))
    for line, each in enumerate(wrong, first):
        assert any(said["field"] in {each.column, ""} and each.said in said["why"] for said in found[line]), found[line]
        assert all(said["value"] for said in found[line] if said["field"])
