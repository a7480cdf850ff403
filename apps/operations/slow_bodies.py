"""Bodies that are sent slowly, or never to their end: they keep no more than half of the threads.

The server hands a request on with its headers, and whoever reads the body waits as long as the client likes: granian
knows no limit, and a read that waits cannot be ended. So only a few may wait; others are refused at once, and requests
without a body go on. A proxy that reads requests whole leaves nothing to do for this.
"""

from collections.abc import Callable, Iterable
from threading import BoundedSemaphore
from typing import Protocol

from apps.api.answers.front import Application, Environ, Start

# Of the four threads of a process.
MOST_READING = 2
# What has come with the headers is read in much less.
MOMENT_SECONDS = 0.05


class Source(Protocol):
    """A body as servers give it."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, or fewer at the end."""

    def readline(self, size: int, /) -> bytes:
        """Return a line, or so many bytes of it."""


class ByFew:
    """A WSGI application that lets few threads at a time wait for bodies."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._turns = BoundedSemaphore(MOST_READING)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer."""
        if environ.get("CONTENT_LENGTH"):
            environ["wsgi.input"] = Body(environ["wsgi.input"], self._turns)
        return self.application(environ, start_response)


class Body:
    """A body that raises TimeoutError, of which Django makes an UnreadablePostError, where others wait for theirs."""

    def __init__(self, source: Source, turns: BoundedSemaphore) -> None:
        self._source = source
        self._turns = turns

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, or fewer at the end."""
        return self._in_turn(self._source.read, size)

    def readline(self, size: int, /) -> bytes:
        """Return a line, or so many bytes of it."""
        return self._in_turn(self._source.readline, size)

    def _in_turn(self, read: Callable[[int], bytes], size: int) -> bytes:
        if not self._turns.acquire(timeout=MOMENT_SECONDS):
            raise TimeoutError("Too many wait for bodies that do not come.")
        try:
            return read(size)
        finally:
            self._turns.release()
