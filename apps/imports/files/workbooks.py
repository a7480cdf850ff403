"""Workbooks of spreadsheets: XLSX, and what is called so and is something else."""

import datetime
import io
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from apps.imports.files.source import BadSheet

# What a broken archive, or other XML than that of a workbook, ends in inside the libraries.
BROKEN = (
    BadZipFile, zlib.error, EOFError, OSError, SyntaxError, LookupError, ValueError, TypeError, AttributeError,
    RuntimeError,
)  # fmt: skip
ARCHIVE = b"PK\x03\x04"
# Which file of an archive says that it is of another program.
OTHERS = {
    "META-INF/manifest.xml": "an OpenDocument file (ODS)",
    "xl/workbook.bin": "a binary workbook (XLSB)",
    "Index/Document.iwa": "a file of Numbers",
}
# A sheet of 10,000 rows has some 3 MB; what unpacks to more than this is none.
MOST_UNPACKED, MOST_CELLS = 32 << 20, 1000
# No spreadsheet numbers its lines higher; one empty line is read for each number that is left out.
LAST_LINE = 1 << 20
HAS_FORMULA = re.compile(rb"<(\w+:)?f[\s/>]")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z0-9:]+)[\"']")


def is_archive(file: IO[bytes]) -> bool:
    """Return whether a file that can be rewound is a ZIP archive, as XLSX is one, too."""
    start = file.read(len(ARCHIVE))
    file.seek(0)
    return start == ARCHIVE


def of_another_program(members: Collection[str]) -> str:
    """Return what an archive with these files is, where it is a spreadsheet of another kind than XLSX; else ""."""
    return next((what for member, what in OTHERS.items() if member in members), "")


def titles(file: IO[bytes]) -> list[str]:
    """Return what the sheets are called that people see, in their order; of none that they see, the first."""
    with _opened(file) as (book, _):
        shown = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        return shown or [book.worksheets[0].title]


def lines(file: IO[bytes], title: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of a sheet with their numbers, each cell as CSV would have it; raises BadSheet."""
    with _opened(file) as (book, archive):
        sheet: Any = book[title]
        with archive.open(sheet._worksheet_path) as text:
            _refuse_what_would_be_lost(text.read())
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > LAST_LINE:
                raise BadSheet(f"a sheet ends at line {LAST_LINE:,}")
            if any(cell is not None for cell in row[MOST_CELLS:]):
                raise BadSheet(f"line {number}: a line may have {MOST_CELLS:,} cells")
            yield number, [_as_text(cell) for cell in row[:MOST_CELLS]]


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[tuple[Any, ZipFile]]:
    # It takes a tenth of a second to import, which no server's start should pay for.
    import openpyxl

    file.seek(0)
    try:
        with ZipFile(file) as archive:
            if what := of_another_program(archive.namelist()):
                raise BadSheet(f"this is {what}; save it as XLSX, or as CSV UTF-8")
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise BadSheet(f"it unpacks to more than {MOST_UNPACKED >> 20} MB; give fewer rows")
            file.seek(0)
            yield openpyxl.load_workbook(file, read_only=True, data_only=True), archive
    except BadSheet:
        raise
    except BROKEN as error:
        why = next(iter(str(error).splitlines()), type(error).__name__)
        raise BadSheet(f"this is no XLSX that can be read ({why}); save it again, or as CSV UTF-8") from error


def _refuse_what_would_be_lost(sheet: bytes) -> None:
    """Raise BadSheet for what would count as an empty cell, which edits nothing or takes a value away.

    Those are cells that are merged with another, which alone has the value, and formulas whose result is not stored.
    The result itself may be an empty text.
    """
    if merged := MERGED.search(sheet):
        raise BadSheet(f"the cells {merged[1].decode()} are merged; part them, and give each of them its value")
    if not HAS_FORMULA.search(sheet):
        return
    from openpyxl.xml.functions import iterparse

    for _, cell in iterparse(io.BytesIO(sheet)):
        if not cell.tag.endswith("}c"):
            continue
        parts = {part.tag.rpartition("}")[2]: part.text for part in cell}
        if "f" in parts and not parts.get("v") and cell.get("t") != "str":
            raise BadSheet(
                f"cell {cell.get('r', '')} is a formula whose result is not in the file; open it in a spreadsheet and "
                "save it, or write the value in its place"
            )
        cell.clear()


def _as_text(cell: Any) -> str:
    """Return the cell of a workbook as CSV would have it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, datetime.date | datetime.time) else str(cell)
