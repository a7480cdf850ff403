"""Which files hold the tables of an export: a file of CSV or XLSX alone, those of a folder, or of a ZIP archive."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from apps.imports.files import workbooks
from apps.imports.files.source import BadSource
from apps.imports.rules import legible

# How JSON Lines begin.
JSON = b"{["
CSV = ".csv"
# What an archive has that is a workbook, and where a Macintosh keeps what its files have beside their content.
WORKBOOK, RESOURCE_FORKS = "[Content_Types].xml", "__MACOSX"
# Columns that a message names.
FEW = 5


def is_tabular(path: Path) -> bool:
    """Return whether a path holds CSV or XLSX, and no JSON Lines; OSError where nothing can be read."""
    if path.is_dir():
        return True
    with path.open("rb") as file:
        start = file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(start) and start[:1] not in JSON


def files_in(path: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """Yield the files of tables that a path holds, and what to call each; raises BadSource where there is none.

    What else lies in a folder or an archive is passed over, resource forks and hidden files too.
    """
    found = 0
    for found, each in enumerate(_files_in(path), 1):  # noqa: B007
        yield each
    if not found:
        raise BadSource(f"{path}: there is no file in it whose name ends in {CSV}; put those of an export there")


def _files_in(path: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    if path.is_dir():
        for file in sorted(path.iterdir()):
            if _is_csv(file):
                with file.open("rb") as stream:
                    yield file, stream
        return
    with path.open("rb") as stream:
        if not workbooks.is_archive(stream):
            yield path, stream
            return
        try:
            with ZipFile(stream) as archive:
                names = sorted(archive.namelist())
                if WORKBOOK not in names and not workbooks.of_another_program(names):
                    for name in names:
                        if _is_csv(Path(name)):
                            with archive.open(name) as member:
                                yield path / name, member
                    return
        except workbooks.BROKEN as error:
            if isinstance(error, OSError) and error.filename:
                raise
            raise BadSource(f"{path} is no ZIP archive that can be read ({error}); pack the files again") from error
        stream.seek(0)
        yield path, stream


def _is_csv(path: Path) -> bool:
    hidden = any(part.startswith(".") or part == RESOURCE_FORKS for part in path.parts[-2:])
    return path.suffix.lower() == CSV and not hidden


def table_of(path: Path, header: Sequence[str], tables: Mapping[str, Sequence[str]], key: Mapping[str, int]) -> str:
    """Return the name of the table that a file holds: by the file's name, else by its columns.

    tables: their columns, by the names that files have, without ending. key: of how many of these each has to have.
    Raises BadSource where neither tells.
    """
    if len(names := fitting(path, header, tables, key)) == 1:
        return names[0]
    some = ", ".join(map(legible, header[:FEW])) + (", …" if len(header) > FEW else "")
    raise BadSource(
        f"{path}:1: neither the file's name nor its columns ({some or 'none'}) tell which table this is; call it "
        f"{' or '.join(f'{name}{CSV}' for name in tables)}, with the columns that the export command writes with --csv"
    )


def fitting(
    path: Path, header: Sequence[str], tables: Mapping[str, Sequence[str]], key: Mapping[str, int]
) -> list[str]:
    """Return the names of the tables that a file may hold: one, where the sentence of `table_of` tells which."""
    called = re.sub(r"[ _]+", "_", path.stem.lower())
    named = [name for name in tables if re.search(rf"(?<![a-z]){name}(?![a-z])", called)]
    equal = [name for name, columns in tables.items() if header == [*columns]]
    by_columns = [
        name for name, columns in tables.items() if {*columns[: key[name]]} <= {*header} and {*header} <= {*columns}
    ]
    return next((names for names in (named, equal, by_columns) if len(names) == 1), [*named, *by_columns])
