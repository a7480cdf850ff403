"""A long write of one process, such as an import, by which others know that they wait for it and not for a fault."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def long_write() -> Iterator[None]:
    """Announce the transaction that begins inside to whoever would write meanwhile; nothing on PostgreSQL.

    What announces it is a lock on a file beside the database: it ends with its process, however that ends.
    """
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name.startswith(("file:", ":memory:")):
        yield
        return
    with _file(name).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_announced(name: str) -> bool:
    """Return whether a process of this machine has announced a long write to a database."""
    try:
        with _file(name).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        # Nobody has ever announced one.
        return False
    return False


def _file(name: str) -> Path:
    return Path(f"{name}.writing.lock")
