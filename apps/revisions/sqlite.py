"""The revisions of an SQLite file, read without letting other threads run meanwhile.

Python's `sqlite3` gives the interpreter away four times for one row that takes 5 µs to read, and each time waits until
another thread gives it back: with four busy threads that halves the warm answers a second. These calls keep it.
"""

import ctypes
from functools import lru_cache
from threading import local
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

OPEN_READONLY, OPEN_NOMUTEX = 0x1, 0x8000
OK, ROW = 0, 100
# The copy of a text is made by SQLite.
TRANSIENT = ctypes.c_void_p(-1)

_mine = local()


class Reader:
    """A connection and a statement of their own, for one thread; raises OSError where they cannot be had."""

    def __init__(self, library: ctypes.PyDLL, path: str, statement: str) -> None:
        """`statement` takes one text and returns one row of three numbers."""
        self._library = library
        self._database, self._statement = ctypes.c_void_p(), ctypes.c_void_p()
        flags = OPEN_READONLY | OPEN_NOMUTEX
        opened = library.sqlite3_open_v2(path.encode(), ctypes.byref(self._database), flags, None)
        text = statement.encode()
        if opened != OK or library.sqlite3_prepare_v2(
            self._database, text, len(text), ctypes.byref(self._statement), None
        ):
            self.close()
            raise OSError(f"{path} cannot be read.")

    def read(self, name: bytes) -> tuple[int, int, int] | None:
        """Return the row; None where the database is busy or broken, which `sqlite3` will say better."""
        library, statement = self._library, self._statement
        library.sqlite3_bind_text(statement, 1, name, len(name), TRANSIENT)
        try:
            if library.sqlite3_step(statement) != ROW:
                return None
            number = library.sqlite3_column_int64
            return number(statement, 0), number(statement, 1), number(statement, 2)
        finally:
            # Ends the reading, so that the next one sees what is committed until then.
            library.sqlite3_reset(statement)

    def close(self) -> None:
        """Give both back."""
        self._library.sqlite3_finalize(self._statement)
        self._library.sqlite3_close_v2(self._database)

    __del__ = close


def read(database: BaseDatabaseWrapper, statement: str, name: str) -> tuple[int, int, int] | None:
    """Return the row of `statement` as committed now, beside Django's connection; None where that cannot be done.

    A reader lives as long as the connection of its thread.
    """
    connection, reader = getattr(_mine, "reader", (None, None))
    if connection is not database.connection:
        reader = _reader(str(database.settings_dict["NAME"]), statement)
        _mine.reader = database.connection, reader
    return reader.read(name.encode()) if reader else None


def _reader(path: str, statement: str) -> Reader | None:
    library = _library()
    try:
        return Reader(library, path, statement) if library else None
    except OSError:
        return None


@lru_cache(maxsize=1)
def _library() -> ctypes.PyDLL | None:
    """Return the SQLite that `sqlite3` itself uses: two copies in one process would undo each other's locks."""
    import _sqlite3

    file = getattr(_sqlite3, "__file__", None)
    if file is None:
        return None
    library = ctypes.PyDLL(file)
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    signatures: dict[str, tuple[Any, ...]] = {
        "open_v2": (text, pointer, number, text),
        "prepare_v2": (pointer, text, number, pointer, pointer),
        "bind_text": (pointer, number, text, number, pointer),
        "step": (pointer,),
        "column_int64": (pointer, number),
        "reset": (pointer,),
        "finalize": (pointer,),
        "close_v2": (pointer,),
    }
    try:
        for name, types in signatures.items():
            getattr(library, f"sqlite3_{name}").argtypes = types
    except AttributeError:
        return None
    library.sqlite3_column_int64.restype = ctypes.c_int64
    return library
