"""How a process that serves takes memory from the system, its threads turns, its statements time; and how it ends."""

import ctypes
import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

# Parameters of glibc's mallopt(3).
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8
ARENAS = 2
MMAP_THRESHOLD_BYTES = 64 * 1024
TURN_SECONDS = 0.001
SHORT_TURN_SECONDS = 0.0001
# As long as a writer waits on SQLite; and longer than any page of the back office takes.
STATEMENTS = "-c lock_timeout=10s -c statement_timeout=30s"
# Beyond what a statement may take: whoever says nothing for so long will never end it.
MOST_SILENT_SECONDS = 35
# So long, in ms, PostgreSQL may take nothing of what is sent to it.
TAKEN_MS = 3000


def keep_small() -> None:
    """Let the threads share two arenas, and give large blocks back when they are free, small ones now and then.

    By default glibc gives each thread an arena and keeps in it what answers of half a megabyte have once needed: a
    quarter more after a day of mixed requests. What lies free between blocks that are used, 16 MB, is given back after
    a search for cycles other than that among the newest objects, in less than a millisecond. Elsewhere than on glibc it
    does nothing.
    """
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallopt"):
        return
    libc.mallopt(M_ARENA_MAX, ARENAS)
    libc.mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)

    def give_back(phase: str, told: dict[str, int]) -> None:
        if phase == "stop" and told["generation"]:
            libc.malloc_trim(0)

    gc.callbacks.append(give_back)


def end_when_told() -> None:
    """Let a worker that is told to end while it starts do so at once; granian's own handler comes after the start.

    granian forks its workers with the handlers of their parent, which only note the signal: such a worker would go on
    to serve, and its parent would wait for it for ever.
    """
    if multiprocessing.parent_process() is not None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


class ShortTurns:
    """A WSGI application whose threads take turns of a millisecond, and of much less while it has a request in hand.

    A thread that waits for the interpreter has it after such a turn; by default after five milliseconds. A thread that
    ends one request begins the next at once, and one that waits is passed over until then: a request in a hundred took
    six times as long as usual. What `Front` answers from memory waits twice or more, so beside a request that
    computes its turns are what it takes. Short turns cost something, too: a tenth of what four computing threads do,
    and a quarter of the answers from memory where nobody computes.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self._lock = Lock()
        self._in_hand = 0
        sys.setswitchinterval(TURN_SECONDS)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request; what is streamed afterwards is not counted."""
        self._count(1)
        try:
            return self.application(environ, start_response)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            was, self._in_hand = self._in_hand, self._in_hand + change
            if not (was and self._in_hand):
                sys.setswitchinterval(SHORT_TURN_SECONDS if self._in_hand else TURN_SECONDS)


def keep_what_is_loaded() -> None:
    """Let the search for cycles pass by what was loaded at the start: each full one stopped all threads for it."""
    gc.collect()
    gc.freeze()
    gc.enable()


def bound_statements() -> None:
    """Let no statement on PostgreSQL keep a thread for ever, by its work or by waiting for a lock of somebody's.

    For processes that serve alone: imports and migrations take the time that they need, and send thousands of rows to a
    server that may be busy for seconds with the first of them.
    """
    from django.db import connections

    for connection in connections.all():
        if connection.vendor == "postgresql":
            options = connection.settings_dict["OPTIONS"]
            options.setdefault("tcp_user_timeout", TAKEN_MS)
            theirs = options.get("options", "")
            options["options"] = f"{STATEMENTS} {theirs}".strip()
            if "statement_timeout" not in theirs:
                connection.settings_dict["MOST_SILENT_SECONDS"] = MOST_SILENT_SECONDS


def keep_few_pages() -> None:
    """Let the connections of threads keep half as many pages of SQLite as that of a command: answers take no longer."""
    from django.db import connections

    for connection in connections.all():
        if connection.vendor == "sqlite":
            connection.settings_dict["OPTIONS"]["init_command"] += " PRAGMA cache_size=-1000;"
