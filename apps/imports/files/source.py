"""Read source files, and tell their versions apart."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

CHUNK = 1 << 20
RESTORE = "correct it, or take the file from the release again"


class BadSource(Exception):  # noqa: N818
    """A source is missing, empty or not of the shape it should have; the message says where.

    exit_status: how a command ends with it, as with the other refusals of imports.
    """

    exit_status = 40


def read_tsv(path: Path, *columns: str) -> Iterator[list[str]]:
    """Yield the rows of a tab-separated file below its header; lines that start with # are comments.

    Raises BadSource, with file and line, unless the header names exactly `columns` and each line fits it.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadSource(f"{path}: {error.strerror}; {RESTORE}") from error
    except UnicodeDecodeError as error:
        raise BadSource(f"{path}: no UTF-8 ({error.reason}); {RESTORE}") from error
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
