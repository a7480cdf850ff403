"""The files that staff may import: those in the folder that the operator allows, and those that staff upload into it.

A file is known by its name in a list of what is there, so that no name leads anywhere else. Links are not followed.
"""

import os
import secrets
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename

from apps.imports.files.source import BadSource

# What stands in an offer in the place of a file.
FILE = "FILE"
ENDINGS = (".jsonl", ".csv", ".xlsx", ".txt", ".zip")
UPLOADED = "uploaded"
# Of a name so many characters, the last ones: in UTF-8 a file may have a name of 255 bytes.
LONGEST_NAME = 60
# Uploads that are older go when the next one comes.
KEPT = timedelta(days=7)


def available() -> dict[str, os.stat_result]:
    """Return the files that may be imported, by their names below the folder."""
    folder = Path(settings.IMPORT_FOLDER)
    return dict(sorted([*_plain(folder), *_plain(folder, UPLOADED)]))


def path_of(name: str) -> Path:
    """Return the path of a file; raises BadSource where it is none that may be imported."""
    if name not in available():
        raise BadSource(f"There is no file {name!r} to import any more; choose or upload another one.")
    return Path(settings.IMPORT_FOLDER) / name


def keep(file: UploadedFile[Any]) -> str:
    """Store an upload, and return the name by which it is known; OSError where the folder takes none."""
    folder = Path(settings.IMPORT_FOLDER) / UPLOADED
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, about in _plain(folder.parent, UPLOADED):
        if about.st_mtime < time.time() - KEPT.total_seconds():
            (folder.parent / name).unlink(missing_ok=True)
    name = f"{secrets.token_hex(4)}-{get_valid_filename(file.name or '')[-LONGEST_NAME:]}"
    with (folder / name).open("xb") as stored:
        for chunk in file.chunks():
            stored.write(chunk)
    return f"{UPLOADED}/{name}"


def _plain(folder: Path, below: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Yield the plain files of a folder, or of one below it, with an ending that is read."""
    place = folder / below
    if not place.is_dir() or (below and place.is_symlink()):
        return
    with os.scandir(place) as entries:
        for entry in entries:
            is_read = entry.name.lower().endswith(ENDINGS) and not entry.name.startswith(".")
            if is_read and entry.is_file(follow_symlinks=False):
                yield f"{below}/{entry.name}" if below else entry.name, entry.stat(follow_symlinks=False)
