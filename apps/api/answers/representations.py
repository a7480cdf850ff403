"""Answers as bytes, each in the codings that clients ask for."""

import time
from collections.abc import Mapping
from typing import NamedTuple

from apps.api.answers import codings, conditional

Headers = tuple[tuple[str, str], ...]

# What the objects around the bytes take, by measurement.
OVERHEAD_BYTES = 2_000
OF_THE_BODY = {"Content-Type", "Content-Encoding", "Content-Length"}


class Reply(NamedTuple):
    """A status, headers and a body, ready to be sent."""

    status: int
    headers: Headers
    body: bytes


class Representation:
    """A body and its headers, as every caller gets them who asks the same.

    `size` is what it takes in memory, in bytes. It grows when a coding is asked for that nobody wanted before.
    """

    codings: tuple[str, ...] = (codings.BROTLI, codings.GZIP, codings.IDENTITY)

    def __init__(self, content: bytes, headers: Mapping[str, str], bodies: Mapping[str, bytes] | None = None) -> None:
        """`bodies` are those in further codings that have been made before."""
        self.headers = dict(headers)
        if "ETag" not in self.headers:
            self.headers["ETag"] = conditional.strong_etag(content)
        self.etag = self.headers["ETag"]
        self.size = OVERHEAD_BYTES
        self._bodies: dict[str, bytes] = {}
        self._found: dict[str, Headers] = {}
        self._unchanged: dict[str, Headers] = {}
        if len(content) < codings.MIN_BYTES:
            self.codings = (codings.IDENTITY,)
        for coding, body in {**(bodies or {}), codings.IDENTITY: content}.items():
            self._keep(coding, body)

    def bodies(self) -> dict[str, bytes]:
        """Return the body in every coding that is ever sent."""
        return {coding: self.body(coding) for coding in self.codings}

    def body(self, coding: str) -> bytes:
        """Return the body in a coding."""
        body = self._bodies.get(coding)
        if body is None:
            body = codings.compress(self._bodies[codings.IDENTITY], coding)
            self._keep(coding, body)
        return body

    def reply(self, accept_encoding: str, if_none_match: str) -> Reply:
        """Return the 200, or the 304 for who has it already."""
        if if_none_match:
            named = conditional.named(if_none_match, self.etag)
            if named is not None:
                return Reply(304, self._headers_unchanged(named), b"")
        coding = codings.choose(accept_encoding, self.codings)
        body = self.body(coding)
        return Reply(200, self._headers_found(coding, len(body)), body)

    def _keep(self, coding: str, body: bytes) -> None:
        self._bodies[coding] = body
        self.size += len(body)

    def _headers_found(self, coding: str, length: int) -> Headers:
        headers = self._found.get(coding)
        if headers is None:
            own = {"ETag": conditional.coded(self.etag, coding), "Content-Length": str(length)}
            if coding != codings.IDENTITY:
                own["Content-Encoding"] = coding
            headers = self._found[coding] = tuple((self.headers | own).items())
        return headers

    def _headers_unchanged(self, named: str) -> Headers:
        """Return the headers of the 304: its tag is the one that the client has its body under."""
        etag = self.etag if self.etag.startswith(conditional.WEAK) else named.removeprefix(conditional.WEAK)
        headers = self._unchanged.get(etag)
        if headers is None:
            kept = {name: value for name, value in self.headers.items() if name not in OF_THE_BODY}
            headers = self._unchanged[etag] = tuple((kept | {"ETag": etag}).items())
        return headers


class StampedRepresentation(Representation):
    """A body that tells when it was sent: thirteen digits of Unix milliseconds at `position`.

    Everything behind them is compressed once; with brotli that cannot be done.
    """

    codings = (codings.GZIP, codings.IDENTITY)
    digits = 13

    def __init__(self, content: bytes, headers: Mapping[str, str], position: int) -> None:
        super().__init__(content, headers)
        self.position = position
        self._head, self._tail = content[:position], content[position + self.digits :]
        self._deflated = b""
        self.size += len(self._tail)

    def body(self, coding: str) -> bytes:
        """Return the body of now."""
        head = self._head + str(time.time_ns() // 1_000_000).encode()
        if coding == codings.GZIP:
            if not self._deflated:
                self._deflated = codings.deflate(self._tail)
                self.size += len(self._deflated)
            return codings.gzip_with_head(head, self._tail, self._deflated)
        return head + self._tail
