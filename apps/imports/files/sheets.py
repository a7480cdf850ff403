"""Tables as people have them: CSV with any of the usual separators and marks, and XLSX; every cell is a text.

Also what becomes of a text on its way into a spreadsheet, which runs a cell that begins like a formula, and back.
"""

import csv
import datetime
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

from django.db import models

from apps.imports.files import workbooks
from apps.imports.files.source import BadSheet
from apps.imports.files.workbooks import ARCHIVE, MOST_CELLS
from apps.imports.rules import shown

# How XLS begins, and XLSX that is locked with a password.
OF_BEFORE = b"\xd0\xcf\x11\xe0"
# How encodings begin: by their marks, or where the first letters of a header are of two bytes each.
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe|\xfe\xff", "utf-16"),
    (b".\0.\0", "utf-16-le"),
    (b"\0.\0.", "utf-16-be"),
)
SEPARATORS = ",;\t|"
# What Excel writes above the header for itself, and what another program makes of it that takes it for a line of cells.
HINT = re.compile(r'"?sep=(.)"?\1*\r?\n?', re.IGNORECASE)
# A line of CSV without any text.
BLANK = re.compile(r'[\s,;|"]*')
LONGEST_LINE = 1 << 20
# So many bytes before and behind one that cannot be read are shown.
AROUND = 15
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


@dataclass(frozen=True)
class Sheet:
    """A table below its header. rows: the number of each line, and its cells, as many as its line has.

    line: the number of the header's. It is in small letters, whatever the file writes. Empty cells at the end of it,
    and those below them, are left out, and so are empty lines.
    """

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    separator: str = ","
    line: int = 1

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


def titles(file: IO[bytes]) -> list[str]:
    """Return what the sheets of a workbook are called that people see; of any other file [""]."""
    return workbooks.titles(file) if workbooks.is_archive(file) else [""]


def parse(file: IO[bytes], title: str | None = None) -> Sheet:
    """Return the table of a file that can be rewound; raises BadSheet here, and while the rows are read.

    title: of the sheet to read. Without it, it is the first one, and another with such a table would be left unread,
    which is refused.
    """
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    if start == OF_BEFORE:
        raise BadSheet("this is XLS, or locked with a password; save it as XLSX without one, or as CSV UTF-8")
    if start != ARCHIVE:
        return _sheet(*_of_csv(file, start))
    title, *others = workbooks.titles(file) if title is None else [title]
    sheet = _sheet("", workbooks.lines(file, title))
    for other in others:
        if sheet.header[:1] == _sheet("", workbooks.lines(file, other)).header[:1] != []:
            raise BadSheet(f"the sheet {shown(other)} has rows, too; give one sheet at a time")
    return sheet


def _sheet(separator: str, lines: Iterator[tuple[int, list[str]]]) -> Sheet:
    number, header = next(((number, cells) for number, cells in lines if any(map(str.strip, cells))), (1, []))
    # In CSV a cell too many means that those before are out of step, unless the header has it, too.
    most = len(header) if separator else MOST_CELLS
    while header and not header[-1].strip():
        header.pop()
    rows = _trimmed(lines, len(header), most)
    return Sheet([cell.strip().lower() for cell in header], rows, separator, number)


def _trimmed(lines: Iterator[tuple[int, list[str]]], width: int, most: int) -> Iterator[tuple[int, list[str]]]:
    for number, cells in lines:
        while width < len(cells) <= most and not cells[-1].strip():
            cells.pop()
        if any(cells):
            yield number, cells


def _of_csv(file: IO[bytes], start: bytes) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    encoding = next((name for mark, name in MARKS if re.match(mark, start, re.DOTALL)), "utf-8")
    text = io.TextIOWrapper(_Borrowed(file), encoding, newline="")  # type: ignore[type-var]
    skipped, hint, first = 0, None, ""
    try:
        while (first := text.readline(LONGEST_LINE)) and BLANK.fullmatch(first):
            skipped += 1
        if hint := HINT.fullmatch(first):
            first, skipped = text.readline(LONGEST_LINE), skipped + 1
    except UnicodeDecodeError as error:
        raise _undecodable(file, encoding, error) from error
    separator = hint[1] if hint else _separator(first)
    return separator, _lines(file, encoding, chain([first], text), separator, skipped)


def _lines(
    file: IO[bytes], encoding: str, text: Iterable[str], separator: str, skipped: int
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num + skipped, cells
    except UnicodeDecodeError as error:
        raise _undecodable(file, encoding, error) from error
    except csv.Error as error:
        raise BadSheet(f"line {reader.line_num + skipped}: {error}; {SAVE_AS}") from error


def _undecodable(file: IO[bytes], encoding: str, error: UnicodeDecodeError) -> BadSheet:
    """Return what to raise for text in an encoding that a file does not name: where, and how Windows would show it."""
    if encoding.startswith("utf-16"):
        return BadSheet(f"it begins as UTF-16 and is no UTF-16 ({error.reason}); {SAVE_AS}")
    file.seek(0)
    for number, line in enumerate(file, 1):
        try:
            line.decode()
        except UnicodeDecodeError as here:
            around = line[max(here.start - AROUND, 0) : here.start + AROUND].decode("cp1252", "replace")
            return BadSheet(f"line {number}: {shown(around.strip())} is no UTF-8 ({here.reason}); {SAVE_AS}")
    return BadSheet(f"it is no UTF-8 ({error.reason}); {SAVE_AS}")


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
