"""Tables as people have them: CSV with any of the usual separators and marks, and XLSX; every cell is a text.

Also what becomes of a text on its way into a spreadsheet, which runs a cell that begins like a formula, and back.
"""

import csv
import datetime
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from django.db import models

# What a broken archive, or other XML than that of a workbook, ends in inside the libraries.
BROKEN = (
    BadZipFile, zlib.error, EOFError, OSError, SyntaxError, LookupError, ValueError, TypeError, AttributeError,
    RuntimeError,
)  # fmt: skip
ARCHIVE = b"PK\x03\x04"
# How XLS begins, and XLSX that is locked with a password.
OF_BEFORE = b"\xd0\xcf\x11\xe0"
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATORS = ",;\t"
# What Excel writes above the header for itself.
HINT = re.compile(r'"?sep=(.)"?\r?\n?')
# A sheet of 10,000 rows has some 3 MB; what unpacks to more than this is none.
MOST_UNPACKED, MOST_CELLS = 32 << 20, 1000
# No spreadsheet numbers its lines higher; one empty line is read for each number that is left out.
LAST_LINE = 1 << 20
HAS_FORMULA = re.compile(rb"<(\w+:)?f[\s/>]")
LONGEST_LINE = 1 << 20
SAVE_AS = "save it as CSV UTF-8 or as XLSX"

FORMULA = re.compile(r"'*[=+\-@\t\r]")
# As Excel may write it; three zeros would be thousands.
WHOLE = re.compile(r"([+-]?[0-9]{1,40})(?:[.,]0{1,2})?")
# As spreadsheets write them in the languages of the back office.
TRUTHS = {
    **dict.fromkeys(("true", "wahr", "vrai", "verdadero", "prawda"), True),
    **dict.fromkeys(("false", "falsch", "faux", "falso", "fałsz"), False),
}
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


class BadSheet(ValueError):  # noqa: N818
    """The file is no table; the message says where, and what to do."""


@dataclass(frozen=True)
class Sheet:
    """A table below its header. rows: the number of each line, and its cells, as many as its line has.

    The header is in small letters, whatever the file writes. Empty cells at the end of it, and those below them, are
    left out, and so are empty lines.
    """

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    separator: str = ","

    def value(self, cell: str, field: Any) -> Any:
        """Return what a cell stands for in the column of a field: None where it is empty.

        What stands for nothing of the field's kind remains the text that it is, which no rule lets pass.
        """
        if isinstance(field, models.CharField):
            return _choice(restored(cell), field) or None
        text = cell.strip()
        if not text:
            return None
        if isinstance(field, models.BooleanField):
            return TRUTHS.get(text.lower(), text)
        if isinstance(field, models.FloatField):
            # Where commas part cells, none parts decimals: "1,000" may be a thousand.
            return _number(text.replace(",", ".") if self.separator != "," else text)
        if isinstance(field, models.DateField):
            return _day(text)
        if isinstance(field, models.IntegerField):
            match = WHOLE.fullmatch(text)
            return int(match[1]) if match else text
        return _list(text)


def is_archive(file: IO[bytes]) -> bool:
    """Return whether a file that can be rewound is a ZIP archive, as XLSX is one, too."""
    start = file.read(len(ARCHIVE))
    file.seek(0)
    return start == ARCHIVE


def parse(file: IO[bytes]) -> Sheet:
    """Return the table of a file that can be rewound; raises BadSheet here, and while the rows are read."""
    start = file.read(4)
    file.seek(0)
    if start == OF_BEFORE:
        raise BadSheet("this is XLS, or locked with a password; save it as XLSX without one, or as CSV UTF-8")
    separator, lines = ("", _of_xlsx(file)) if start == ARCHIVE else _of_csv(file, start)
    header = next(lines, (1, []))[1]
    # In CSV a cell too many means that those before are out of step, unless the header has it, too.
    most = len(header) if separator else MOST_CELLS
    while header and not header[-1].strip():
        header.pop()
    return Sheet([cell.strip().lower() for cell in header], _trimmed(lines, len(header), most), separator)


def _trimmed(lines: Iterator[tuple[int, list[str]]], width: int, most: int) -> Iterator[tuple[int, list[str]]]:
    for number, cells in lines:
        while width < len(cells) <= most and not cells[-1].strip():
            cells.pop()
        if any(cells):
            yield number, cells


def _of_csv(file: IO[bytes], start: bytes) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    encoding = next((name for mark, name in MARKS if start.startswith(mark)), "utf-8")
    text = io.TextIOWrapper(_Borrowed(file), encoding, newline="")  # type: ignore[type-var]
    try:
        first, skipped = text.readline(LONGEST_LINE), 0
        hint = HINT.fullmatch(first)
        if hint:
            first, skipped = text.readline(LONGEST_LINE), 1
    except UnicodeDecodeError as error:
        raise BadSheet(f"it is no UTF-8 ({error.reason}); {SAVE_AS}") from error
    separator = hint[1] if hint else _separator(first)
    return separator, _lines(chain([first], text), separator, skipped)


def _lines(text: Iterable[str], separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num + skipped, cells
    except UnicodeDecodeError as error:
        raise BadSheet(f"it is no UTF-8 ({error.reason}); {SAVE_AS}") from error
    except csv.Error as error:
        raise BadSheet(f"line {reader.line_num + skipped}: {error}; {SAVE_AS}") from error


class _Borrowed(io.BufferedIOBase):
    """A file that is not closed by who reads it as text."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        return self._file.read(-1 if size is None else size)

    read1 = read


def _separator(line: str) -> str:
    """Return what parts the cells of the header: of the usual ones, that which makes the most cells."""

    def cells(separator: str) -> int:
        try:
            return len(next(csv.reader([line], delimiter=separator), []))
        except csv.Error:
            return 0

    return max(SEPARATORS, key=cells)


def _of_xlsx(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    # It takes a tenth of a second to import, which no server's start should pay for.
    import openpyxl

    try:
        with ZipFile(file) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise BadSheet(f"it unpacks to more than {MOST_UNPACKED >> 20} MB; give fewer rows")
            file.seek(0)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            sheet: Any = next((each for each in book.worksheets if each.sheet_state == "visible"), book.worksheets[0])
            with archive.open(sheet._worksheet_path) as text:
                _refuse_unknown_results(text.read())
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > LAST_LINE:
                raise BadSheet(f"a sheet ends at line {LAST_LINE:,}")
            if any(cell is not None for cell in row[MOST_CELLS:]):
                raise BadSheet(f"line {number}: a line may have {MOST_CELLS:,} cells")
            yield number, [_as_text(cell) for cell in row[:MOST_CELLS]]
    except BadSheet:
        raise
    except BROKEN as error:
        why = next(iter(str(error).splitlines()), type(error).__name__)
        raise BadSheet(f"this is no XLSX that can be read ({why}); save it again, or as CSV UTF-8") from error


def _refuse_unknown_results(sheet: bytes) -> None:
    """Raise BadSheet for a formula whose result is not stored: it would count as an empty cell, which edits nothing.

    The result itself may be an empty text.
    """
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


def neutral(text: str) -> str:
    """Return a text so that no spreadsheet takes it for a formula: with an apostrophe before it."""
    return f"'{text}" if FORMULA.match(text) else text


def restored(text: str) -> str:
    """Return the text that `neutral` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def _choice(text: str, field: Any) -> str:
    """Return the choice of a field that a number stands for: a spreadsheet takes "039" for 39."""
    if not (text.isascii() and text.isdecimal()):
        return text
    codes = (code for code, _ in field.choices or () if code.lstrip("0") == text.lstrip("0"))
    return next(codes, text)


def _number(text: str) -> Any:
    try:
        return text if "_" in text else float(text)
    except ValueError:
        return text


def _list(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _day(text: str) -> str:
    """Return a day in the spelling of ISO 8601; other spellings than these are of two meanings."""
    for spelling in DAYS:
        try:
            return datetime.datetime.strptime(text, spelling).date().isoformat()
        except ValueError:
            continue
    return text
