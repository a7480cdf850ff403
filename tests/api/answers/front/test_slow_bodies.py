"""Few threads at a time wait for bodies; the rest of the requests is answered."""

from collections.abc import Iterator
from io import BytesIO
from threading import Event, Thread
from typing import Any

import pytest

from apps.api.answers import front


class Stalled(BytesIO):
    """A body whose end never comes, until it is given up."""

    def __init__(self) -> None:
        super().__init__(b"all")
        self.given_up = Event()

    def read(self, size: int | None = -1) -> bytes:
        self.given_up.wait(10)
        return super().read(size)


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Answer with the body, read as Django reads it."""
    return [environ["wsgi.input"].read(3)]


@pytest.fixture
def stalled() -> Iterator[Stalled]:
    body = Stalled()
    yield body
    body.given_up.set()


def test_who_comes_while_others_keep_their_bodies_to_themselves_is_refused_until_these_end(stalled):
    application = front.Front(echo)

    def put(body):
        return application({"REQUEST_METHOD": "PUT", "CONTENT_LENGTH": "3", "wsgi.input": body}, None)

    waiting = [Thread(target=put, args=(stalled,)) for _ in range(front.MOST_READING)]
    for each in waiting:
        each.start()
    with pytest.raises(TimeoutError):
        put(BytesIO(b"abc"))
    assert application({"REQUEST_METHOD": "PUT", "wsgi.input": BytesIO(b"abc")}, None) == [b"abc"]
    stalled.given_up.set()
    for each in waiting:
        each.join()
    assert put(BytesIO(b"abc")) == [b"abc"]
