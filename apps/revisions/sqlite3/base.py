"""A connection to SQLite that waits for its turn to write outside SQLite.

SQLite holds a connection's mutex while it waits for the lock of another writer. Whoever has that lock may need this
mutex meanwhile: Python's garbage collection ends cursors in whichever thread it runs. So here nobody waits inside
SQLite for a thread of the same process, and for another process only for moments (see decision 11).
"""

import math
import os
import re
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from itertools import islice
from threading import Event, Lock
from time import monotonic, sleep
from typing import Any

from django.db.backends.sqlite3 import base

from apps.revisions.sqlite3.announced import is_announced

# What writes when it stands alone; within a transaction, that has taken its turn.
WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
# How long SQLite waits for the lock of another process, and how long nobody does, in turns.
INSIDE_MILLISECONDS = 20
OUTSIDE_SECONDS = 0.005
# Django's default for the option.
DEFAULT_TIMEOUT_SECONDS = 5.0
# So many threads may be kept by it: half of those that serve as documented. The others are there for reads.
PATIENT = 2
# So much longer they wait while a long write is announced: less than nginx waits for an answer.
LONG_WRITE_SECONDS = 40.0
LOOK_AGAIN_SECONDS = 0.25
# How long any others wait for a queue that does not move. Usually a turn takes some milliseconds.
MOMENT_SECONDS = 1.0

_patience = ContextVar("patience", default=float("inf"))


class LongWrite(sqlite3.OperationalError):
    """Another process writes for as long as it has announced; `retry_after`: seconds until it is worth asking again."""

    retry_after = 30


class Deadline:
    """Until when somebody waits for a turn: later while a long write is announced, if there is patience for it."""

    def __init__(self, database: str, seconds: float, more: float) -> None:
        self.at = monotonic() + seconds
        self._last = self.at + more
        self._database = database

    def has_passed(self) -> bool:
        """Return whether it is time to give up; while a long write is announced it is at least a moment until then."""
        now = monotonic()
        if self.at <= now < self._last and is_announced(self._database):
            self.at = now + MOMENT_SECONDS
        return now >= self.at


class WriterQueue:
    """Gives turns in the order of asking.

    All wait while turns end. While none does, only as many go on waiting as are `PATIENT`, with whose turn it is: a
    process that another one keeps from writing must have threads left to read with.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: deque[Event] = deque()
        self._is_taken = False
        self._moved_at = monotonic()

    def take(self, deadline: float, has_passed: Callable[[], bool] = lambda: True) -> bool:
        """Wait for a turn until `deadline`, by the monotonic clock; return whether there is one.

        has_passed: asked then whether it is time to give up.
        """
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                self._moved_at = monotonic()
                return True
            turn = Event()
            self._waiting.append(turn)
        while True:
            with self._lock:
                if turn.is_set():
                    return True
                rest = self._until(turn, deadline) - monotonic()
                if rest <= 0:
                    if not self._is_patient(turn) or has_passed():
                        self._waiting.remove(turn)
                        return False
                    rest = LOOK_AGAIN_SECONDS
            turn.wait(rest)

    def move(self) -> None:
        """Note that whose turn it is has begun to write: the queue does not stand."""
        self._moved_at = monotonic()

    def leave(self) -> None:
        """End the turn; the next one begins."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False

    def _until(self, turn: Event, deadline: float) -> float:
        """Return how long one who waits goes on waiting, as the queue is now."""
        return deadline if self._is_patient(turn) else min(deadline, self._moved_at + MOMENT_SECONDS)

    def _is_patient(self, turn: Event) -> bool:
        # Whose turn it is counts, too.
        return turn in islice(self._waiting, PATIENT - 1)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Let whoever writes inside wait for its turn no longer than so many seconds, or than the option `timeout`."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


@lru_cache
def queue_of(database: str) -> WriterQueue:
    """Return the queue of those who write to a file."""
    return WriterQueue()


class Cursor(base.SQLiteCursorWrapper):
    """Django's, by which a statement that writes outside a transaction waits for its turn, too."""

    database: "DatabaseWrapper"
    _kept: Iterator[Any] | None = None

    def execute(self, query: str, params: Any = None) -> "Cursor":
        """Execute a statement; a number too large for any row is compared all the same, as PostgreSQL does."""
        try:
            return self._in_turn(super().execute, query, params)
        except OverflowError:
            if WRITES.match(query) or not isinstance(params, list | tuple):
                raise
            return self._in_turn(super().execute, query, [_comparable(each) for each in params])

    def executemany(self, query: str, param_list: Any) -> "Cursor":
        """Execute a statement with each of the parameters."""
        return self._in_turn(super().executemany, query, param_list)

    def _in_turn(self, execute: Callable[[str, Any], Any], query: str, parameters: Any) -> "Cursor":
        self._kept = None
        if self.connection.in_transaction or self.connection.isolation_level is not None or not WRITES.match(query):
            execute(query, parameters)
            return self
        self.database.begin_writing()
        try:
            execute(query, parameters)
            # Nothing can be committed before the last row of a RETURNING has been fetched.
            self._kept = iter(super().fetchall()) if self.description else None
            self.connection.execute("COMMIT")
        finally:
            self.database.end_writing()
        return self

    def fetchone(self) -> Any:
        """Return the next row, None where there is none."""
        return super().fetchone() if self._kept is None else next(self._kept, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        """Return the next rows."""
        if self._kept is None:
            return super().fetchmany(size)
        return [row for _, row in zip(range(size or 1), self._kept, strict=False)]

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        return super().fetchall() if self._kept is None else list(self._kept)

    def __next__(self) -> Any:
        return super().__next__() if self._kept is None else next(self._kept)


def _comparable(value: Any) -> Any:
    """Return a parameter, beyond all integers of SQLite where that is no such integer."""
    if isinstance(value, int) and value.bit_length() > 63:
        return math.inf if value > 0 else -math.inf
    return value


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, whose transactions take turns."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._queue: WriterQueue | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection; a file that it makes, and what SQLite puts beside it, is for this user alone."""
        name = str(conn_params["database"])
        if not name.startswith(("file:", ":memory:")):
            with suppress(OSError):
                # SQLite gives -wal and -shm the mode of the file. Whether it can be opened, SQLite says.
                os.close(os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Cursor:
        """Return a cursor that knows where to wait."""
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        cursor.database = self
        return cursor

    def begin_writing(self) -> None:
        """Begin a transaction when its turn has come; raises sqlite3.OperationalError where that is not soon enough."""
        timeout = float(self.settings_dict["OPTIONS"].get("timeout", DEFAULT_TIMEOUT_SECONDS))
        name, patience = str(self.settings_dict["NAME"]), _patience.get()
        deadline = Deadline(name, min(timeout, patience), LONG_WRITE_SECONDS if patience > timeout else 0)
        queue = queue_of(name)
        if not queue.take(deadline.at, deadline.has_passed):
            kind = LongWrite if is_announced(name) else sqlite3.OperationalError
            raise kind("database is locked: others of this process wait for it")
        self._queue = queue
        try:
            self._lock_database(deadline)
            queue.move()
        except BaseException:
            self.end_writing()
            raise

    def end_writing(self) -> None:
        """Let the next one write; what this one began and did not commit is undone."""
        if self._queue is None:
            return
        queue, self._queue = self._queue, None
        try:
            self.connection.rollback()
        finally:
            queue.leave()

    def _lock_database(self, deadline: Deadline) -> None:
        # Without a cursor of its own, which the traceback of an error would keep.
        execute = self.connection.execute
        usual = execute("PRAGMA busy_timeout").fetchone()[0]
        execute(f"PRAGMA busy_timeout = {INSIDE_MILLISECONDS}")
        try:
            while True:
                try:
                    execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or deadline.has_passed():
                        raise
                sleep(OUTSIDE_SECONDS)
        finally:
            execute(f"PRAGMA busy_timeout = {usual}")

    def _start_transaction_under_autocommit(self) -> None:
        with self.wrap_database_errors:
            self.begin_writing()

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self.end_writing()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self.end_writing()

    def _close(self) -> None:
        self.end_writing()
        super()._close()  # type: ignore[misc]
