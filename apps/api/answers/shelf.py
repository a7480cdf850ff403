"""Representations in files, for every process on this machine that has not built them itself: `manage.py warm`."""

import hashlib
import json
import logging
import os
import tempfile
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.api.answers.representations import Representation
from apps.revisions.file_errors import naming
from apps.revisions.numbers import Revisions

logger = logging.getLogger("gazetteer.api")

# Whose versions decide how an answer is ordered and written.
LIBRARIES = ("django", "djangorestframework", "orjson", "pyicu-wheels", "brotli")
SUFFIX = ".answer"


class Shelf:
    """A folder with one file for each key: a line of JSON that says what it is, then its bodies.

    Files are replaced as a whole and read with what they say they were built at, so that one of another revision, of
    other code or of another database is never taken for a current answer.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, key: Any) -> Path:
        """Return where a representation lies, or would."""
        return self.folder / (hashlib.sha256(f"{_origin()} {key!r}".encode()).hexdigest() + SUFFIX)

    def find(self, key: Any, now: Revisions) -> Representation | None:
        """Return what was put here at the revisions of now, None where there is nothing."""
        if not self.folder.is_dir():
            return None
        try:
            head, _, bodies = self.file(key).read_bytes().partition(b"\n")
            about = json.loads(head)
            is_current = about["key"] == repr(key) and about["revisions"] == list(now[1:])
            return _unpacked(about, bodies) if is_current else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError) as error:
            logger.warning("A prepared answer cannot be read and is built again: %s", error)
            return None

    def put(self, key: Any, now: Revisions, representation: Representation) -> None:
        """Keep a representation with its bodies in every coding."""
        bodies = representation.bodies()
        about = {
            "key": repr(key),
            "revisions": now[1:],
            "headers": representation.headers,
            "lengths": {coding: len(body) for coding, body in bodies.items()},
        }
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self.folder)
        try:
            with naming(self.folder), os.fdopen(descriptor, "wb") as output:
                output.write(json.dumps(about).encode() + b"\n" + b"".join(bodies.values()))
        except OSError:
            # On a disk that is full nobody else would give its room back.
            Path(name).unlink(missing_ok=True)
            raise
        Path(name).replace(self.file(key))

    def sweep(self, kept: set[Path]) -> int:
        """Remove every file but these, and return how many there were."""
        old = [file for file in self.folder.glob("*") if file not in kept]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)


def _unpacked(about: dict[str, Any], packed: bytes) -> Representation:
    bodies, start = {}, 0
    for coding, length in about["lengths"].items():
        bodies[coding] = packed[start : start + length]
        start += length
    if len(packed) != start:
        raise ValueError("it is not whole")
    return Representation(bodies["identity"], about["headers"], bodies)


@lru_cache(maxsize=1)
def _origin() -> str:
    """Return what tells answers of this code and this database from those of others."""
    code = hashlib.sha256()
    for file in sorted((settings.BASE_DIR / "apps").rglob("*.py")):
        code.update(file.read_bytes())
    database = settings.DATABASES["default"]
    place = [str(database.get(name, "")) for name in ("ENGINE", "HOST", "PORT", "NAME")]
    return " ".join([code.hexdigest(), *map(version, LIBRARIES), *place])


shelf = Shelf(Path(settings.WARM_FOLDER))
