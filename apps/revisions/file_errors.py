"""Errors of files that say which file: Python names one that does not open, and none where a disk is full."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def naming(what: Path | str) -> Iterator[None]:
    """Let an OSError that names nothing name what is written here."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = str(what)
        raise
