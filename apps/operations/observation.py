"""What is seen of each request from outside, warm answers included: one line of JSON, and numbers.

A request only leaves a note in memory. Ten times a second one thread makes lines and numbers of the notes: what costs
a request next to nothing must not wait for whoever reads the log.
"""

import atexit
import multiprocessing.util
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from threading import Event, Lock, Thread
from time import perf_counter, time
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson

from apps.api.answers.front import Application, Environ, Start, id_of
from apps.api.views import SEEN, Findings
from apps.api_keys.secrets import hidden

PERIOD_SECONDS = 0.1
# Notes that wait for a log that nobody reads; older ones are dropped.
MOST_NOTES = 50_000
LONGEST_PATH, LONGEST_METHOD = 500, 20
# POSIX writes so much to a pipe in one piece, so that the lines of several processes do not mix.
PIECE = 4096
STANDARD_OUTPUT = 1
NOBODY = Findings()
# Whose paths these are, where no style has seen the request.
PREFIXES = {"/admin": "back_office", "/static/": "static", "/openapi/": "site"}
OUTCOMES = {True: "hit", False: "miss", None: None}
OWN = {"/livez", "/readyz", "/metrics"}


class Note(NamedTuple):
    """A request that was answered. at: Unix time of the answer. seconds: until the answer was ready.

    Only numbers and strings: what holds more would be looked through by garbage collection again and again.
    """

    at: float
    seconds: float
    status: int
    method: str
    path: str
    request_id: str
    style: str = "none"
    tenant: str | None = None
    key: str | None = None
    store: str | None = None
    build_seconds: float = 0.0


Sink = Callable[[Sequence[Note]], object]


def _otherwise(path: str) -> str:
    """Return what has answered where no style has."""
    if path in OWN:
        return "operations"
    return next((name for prefix, name in PREFIXES.items() if path.startswith(prefix)), "none")


class Observed:
    """A WSGI application that takes a note of each request to another."""

    def __init__(self, application: Application, sinks: Iterable[Sink]) -> None:
        self.application = application
        self.notes = Notes(sinks)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer."""
        started = perf_counter()
        # Django writes its own over it.
        path = environ["PATH_INFO"]
        status = "500"

        def start(line: str, headers: Any, *error: Any) -> Any:
            nonlocal status
            status = line
            return start_response(line, headers, *error)

        try:
            return self.application(environ, start)
        finally:
            findings = environ.get(SEEN) or NOBODY
            _, caller, tenant, _ = findings.identity
            self.notes.add(
                Note(
                    time(),
                    perf_counter() - started,
                    int(status[:3]),
                    environ["REQUEST_METHOD"],
                    path,
                    id_of(environ),
                    findings.style or _otherwise(path),
                    tenant.code if tenant else None,
                    caller.credential_id if caller else None,
                    OUTCOMES[findings.is_hit],
                    findings.build_seconds,
                )
            )


class Notes:
    """Notes on their way to the sinks."""

    def __init__(self, sinks: Iterable[Sink]) -> None:
        self._sinks = tuple(sinks)
        self._waiting: deque[Note] = deque(maxlen=MOST_NOTES)
        self._thread: Thread | None = None
        self._lock = Lock()
        os.register_at_fork(after_in_child=self._forget_thread)
        # Servers end their processes by the one or the other.
        atexit.register(self.flush)
        multiprocessing.util.Finalize(None, self.flush, exitpriority=1)

    def add(self, note: Note) -> None:
        """Take a note."""
        self._waiting.append(note)
        if self._thread is None:
            self._start()

    def flush(self) -> None:
        """Let the sinks have what waits."""
        with self._lock:
            notes = list(self._drained())
            if notes:
                for sink in self._sinks:
                    sink(notes)

    def _drained(self) -> Iterator[Note]:
        while self._waiting:
            yield self._waiting.popleft()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="observation", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = Event()
        while True:
            pause.wait(PERIOD_SECONDS)
            self.flush()

    def _forget_thread(self) -> None:
        self._thread, self._lock = None, Lock()
        self._waiting.clear()


def log(notes: Sequence[Note]) -> None:
    """Write the line of each request to standard output."""
    piece = b""
    for written in map(line, notes):
        if piece and len(piece) + len(written) > PIECE:
            _write(piece)
            piece = b""
        piece += written
    _write(piece)


def line(note: Note) -> bytes:
    """Return what the log says of a request: no query, no header, no body, nothing that breaks the line."""
    at, seconds, status, method, path, request_id, style, tenant, key, store, _ = note
    # Written out, since an object of ten members takes twice as long to make and to serialize.
    return (
        f'{{"time":"{_moment(int(at * 1000))}","request_id":"{hidden(request_id)}",'
        f"{_asked(style, tenant, key, method, path)},"
        f'"status":{status},"ms":{seconds * 1000:.3f},"store":{_quoted(store)}}}\n'
    ).encode()


# Few callers and paths are most of what is asked, and each is of bounded length.
@lru_cache(maxsize=256)
def _asked(style: str, tenant: str | None, key: str | None, method: str, path: str) -> str:
    """Return the members that are the same whenever somebody asks for something again."""
    # A path as it was sent, without secrets that somebody has put into it.
    path, method = _printable(hidden(path)[:LONGEST_PATH]), _printable(method[:LONGEST_METHOD])
    named = {"tenant": tenant, "key": key, "method": method, "path": path}
    return f'"style":"{style}",{orjson.dumps(named).decode()[1:-1]}'


# Of a busy server many lines are of the same millisecond.
@lru_cache(maxsize=2)
def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


@lru_cache(maxsize=1024)
def _quoted(text: str | None) -> str:
    return orjson.dumps(text).decode()


def _printable(text: str) -> str:
    """Return what is not plain ASCII as it stands in an address; WSGI has a character for each byte."""
    return text if text.isascii() and text.isprintable() else quote(text, safe="/:@!$&'()*+,;=~", encoding="latin-1")


def _write(piece: bytes) -> None:
    try:
        while piece:
            piece = piece[os.write(STANDARD_OUTPUT, piece) :]
    except OSError:
        # Whoever read it has gone; the answers go on.
        return
