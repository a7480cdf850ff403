"""Read source files, and tell their versions apart."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

CHUNK = 1 << 20
# So many pieces that cannot be used are no single mistakes, and each that is named takes memory.
ENOUGH = 100_000
RESTORE = "correct it, or take the file from the release again"


class BadSource(Exception):  # noqa: N818
    """A source is missing, empty or not of the shape it should have; the message says where.

    exit_status: how a command ends with it, as with the other refusals of imports.
    """

    exit_status = 40


class BadSheet(ValueError):  # noqa: N818
    """A file is no table; the message says where in it, and what to do."""


def unreadable(path: Path, error: Exception, remedy: str = RESTORE) -> BadSource:
    """Return what to raise for a file that cannot be read: which one, and why, in words for people."""
    why = str(error)
    if isinstance(error, OSError):
        path, why = Path(error.filename or path), error.strerror or why
    elif isinstance(error, UnicodeDecodeError):
        why = f"no UTF-8 ({error.reason})"
    elif isinstance(error, RecursionError):
        why = "its lists lie too deep in one another"
    return BadSource(f"{path}: {why}; {remedy}")


def read_json(path: Path) -> Any:
    """Return the content of a JSON file; raises BadSource."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise unreadable(path, error) from error


def read_tsv(path: Path, *columns: str) -> Iterator[list[str]]:
    """Yield the rows of a tab-separated file below its header; lines that start with # are comments.

    Raises BadSource, with file and line, unless the header names exactly `columns` and each line fits it.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    if not numbered or numbered[0][1].split("\t") != list(columns):
        raise BadSource(
            f"{path}:{numbered[0][0] if numbered else 1}: the header must be: {' '.join(columns)}; {RESTORE}"
        )
    if len(numbered) == 1:
        raise BadSource(f"{path}: no rows below the header; {RESTORE}")
    for number, line in numbered[1:]:
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise BadSource(f"{path}:{number}: {len(cells)} columns instead of {len(columns)}; {RESTORE}")
        yield cells


def checksum(*files: Path) -> str:
    """Return the checksum of what the files have, one after another."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def checksums(files: Iterable[Path]) -> dict[str, str]:
    """Return the checksum of each file by its name."""
    return {path.name: checksum(path) for path in files}
