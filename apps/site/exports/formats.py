"""The formats of an export. Each file has in it under which licences the data is, and whom to name."""

import csv
import json
import sqlite3
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any, ClassVar

from apps.geography.tenant_view import COLUMNS, Row
from apps.imports.files.sheets import neutral

ATTRIBUTION = (
    "Cities and administrative divisions: © GeoNames (https://www.geonames.org), CC BY 4.0. "
    "Codes and names of countries and subdivisions: Debian iso-codes, LGPL-2.1; Unicode CLDR, © Unicode, Inc., "
    "Unicode-3.0. Calling codes: libphonenumber, Apache-2.0. Facts of countries: The World Factbook, public domain."
)
SHORT_ATTRIBUTION = "Debian iso-codes, LGPL-2.1; © Unicode, Inc. (CLDR), Unicode-3.0; libphonenumber, Apache-2.0"
# Columns by what is in them, where that is no text.
LISTS = {"regions", "currencies", "languages", "borders", "time_zones", "other_capitals"}
TRUTHS = {"is_iso", "is_state"}
REALS = {"latitude", "longitude", "area_km2"}
INTEGERS = {"id", "numeric", "population"} | TRUTHS
# A ZIP file dates what is in it; the same data is to give the same bytes.
NO_DATE = (1980, 1, 1, 0, 0, 0)


class Format:
    """What files of one format are.

    suffix, media_type, label: how they end, and what they are to HTTP and to people.
    is_compressed: they are so in themselves, and no copy in gzip is worth while.
    """

    suffix: ClassVar[str]
    media_type: ClassVar[str]
    label: ClassVar[str]
    is_compressed: ClassVar[bool] = False


class Writer(Format, ABC):
    """Writes a file, row by row; closed, it is whole. Rows of a kind come together, in the order of COLUMNS."""

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        self.path, self.about = path, about

    @abstractmethod
    def write(self, kind: str, row: Row) -> None:
        """Take a row."""

    @abstractmethod
    def close(self) -> None:
        """End the file."""


class CsvFiles(Writer):
    """A ZIP file with a CSV file for each kind, its values as they are; spaces part codes, semicolons names."""

    suffix, media_type, label = "csv.zip", "application/zip", "CSV"
    is_compressed = True
    mark, encoding, delimiter = "", "utf-8", ","
    note = (
        "The text is UTF-8 without a byte order mark, for programs; spreadsheets open spreadsheet.zip better. "
        "Values are exact: a spreadsheet may take a cell that begins with =, +, - or @ for a formula."
    )

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        super().__init__(path, about)
        self._archive = zipfile.ZipFile(path, "w")
        lines = [f"{name}: {_text(value)}" for name, value in {**about, "note": self.note}.items()]
        self._archive.writestr(_member("README.txt"), "\n".join(lines) + "\n")
        self._kinds = list(COLUMNS)
        self._file: TextIOWrapper | None = None
        self._kind = ""

    def write(self, kind: str, row: Row) -> None:
        """Write it to the file of its kind."""
        while self._kind != kind:
            self._begin_next()
        cells = (_parts(column).join(cell) if isinstance(cell, list) else cell for column, cell in row.items())
        self._rows.writerow(map(self.written, cells))

    def written(self, cell: Any) -> Any:
        """Return a cell as the file has it."""
        return cell

    def close(self) -> None:
        """End the file, in which each kind has a file, though it has no row."""
        while self._kinds:
            self._begin_next()
        self._end()
        self._archive.close()

    def _begin_next(self) -> None:
        self._end()
        self._kind = self._kinds.pop(0)
        member = self._archive.open(_member(f"{self._kind}.csv"), "w", force_zip64=True)
        self._file = TextIOWrapper(member, encoding=self.encoding, newline="")
        self._file.write(self.mark)
        self._rows = csv.writer(self._file, delimiter=self.delimiter)
        self._rows.writerow(COLUMNS[self._kind])

    def _end(self) -> None:
        if self._file:
            self._file.close()


class Spreadsheets(CsvFiles):
    """The same as spreadsheets open it without asking: UTF-16 and tabs, which Excel takes in every country."""

    suffix, label = "spreadsheet.zip", "CSV for Excel and other spreadsheets"
    mark, encoding, delimiter = "\ufeff", "utf-16-le", "\t"
    note = (
        "The text is UTF-16 with tabs, so that spreadsheets open it as it is. "
        "An apostrophe stands before what they would take for a formula."
    )

    def written(self, cell: Any) -> Any:
        """Keep a text from being run."""
        return neutral(cell) if isinstance(cell, str) else cell


class JsonLines(Writer):
    """A line for each row, with its kind; the first is about the file."""

    suffix, media_type, label = "jsonl", "application/jsonl", "JSON Lines"

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        super().__init__(path, about)
        self._file = path.open("w", encoding="utf-8")
        self._file.write(to_json({"kind": "about", **about}) + "\n")

    def write(self, kind: str, row: Row) -> None:
        """Write the line."""
        self._file.write(to_json({"kind": kind, **row}) + "\n")

    def close(self) -> None:
        """End the file."""
        self._file.close()


class GeoJson(Writer):
    """The cities that lie somewhere, as points (RFC 7946)."""

    suffix, media_type, label = "geojson", "application/geo+json", "GeoJSON of cities"

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        super().__init__(path, about)
        self._file = path.open("w", encoding="utf-8")
        self._file.write(to_json({"type": "FeatureCollection", **about})[:-1] + ',"features":[')
        self._separator = "\n"

    def write(self, kind: str, row: Row) -> None:
        """Write a city."""
        if kind == "cities" and None not in (row["longitude"], row["latitude"]):
            properties = {name: value for name, value in row.items() if name not in {"id", "latitude", "longitude"}}
            point = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
            feature = {"type": "Feature", "id": row["id"], "geometry": point, "properties": properties}
            self._file.write(self._separator + to_json(feature))
            self._separator = ",\n"

    def close(self) -> None:
        """End the collection."""
        self._file.write("\n]}\n")
        self._file.close()


class Database(Writer):
    """An SQLite file: a table for each kind, lists as JSON, and one about the file."""

    suffix, media_type, label = "sqlite3", "application/vnd.sqlite3", "SQLite"

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        super().__init__(path, about)
        self._connection = sqlite3.connect(path, isolation_level=None)
        execute = self._connection.execute
        # A file that is not finished is thrown away.
        execute("PRAGMA journal_mode = OFF")
        execute("PRAGMA synchronous = OFF")
        execute("BEGIN")
        execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        self._inserts = {"about": "INSERT INTO about VALUES (?, ?)"}
        for table, (key, *columns) in COLUMNS.items():
            types = ", ".join(f"{column} {_type(column)}" for column in columns)
            execute(f"CREATE TABLE {table} ({key} {_type(key)} PRIMARY KEY, {types})")
            self._inserts[table] = f"INSERT INTO {table} VALUES ({', '.join('?' * (1 + len(columns)))})"
        for name, value in about.items():
            execute(self._inserts["about"], (name, _text(value)))

    def write(self, kind: str, row: Row) -> None:
        """Insert it."""
        cells = [to_json(cell) if isinstance(cell, list) else cell for cell in row.values()]
        self._connection.execute(self._inserts[kind], cells)

    def close(self) -> None:
        """Index by country, which is faster at last, and end the file."""
        for table in ("subdivisions", "cities"):
            self._connection.execute(f"CREATE INDEX {table}_of_country ON {table} (country, name)")
        self._connection.execute("COMMIT")
        self._connection.close()


class Bundle(Writer):
    """What a form needs of countries, in the order of its readers: code, name and calling code."""

    suffix, media_type, label = "countries.json", "application/json", "Countries for a form"

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        super().__init__(path, about)
        self._countries: list[tuple[str, str, str]] = []

    def write(self, kind: str, row: Row) -> None:
        """Take a country."""
        if kind == "countries":
            self._countries.append((row["code"], row["name"], row["calling_code"]))

    def close(self) -> None:
        """Write the file."""
        small = {"language": self.about["language"], "attribution": SHORT_ATTRIBUTION, "countries": self._countries}
        self.path.write_text(to_json(small) + "\n", encoding="utf-8")


FORMATS: tuple[type[Writer], ...] = (CsvFiles, Spreadsheets, JsonLines, GeoJson, Database, Bundle)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, NO_DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _parts(column: str) -> str:
    return "; " if column == "other_capitals" else " "


def _type(column: str) -> str:
    return "REAL" if column in REALS else "INTEGER" if column in INTEGERS else "TEXT"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else to_json(value)


def to_json(value: Any) -> str:
    """Return a value on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
