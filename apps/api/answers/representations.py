"""Answers as bytes, each in the codings that clients ask for."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from apps.api.answers import codings, conditional

Headers = tuple[tuple[str, str], ...]

# What the objects around the bytes take, by measurement.
OVERHEAD_BYTES = 2_000
OF_THE_BODY = {"Content-Type", "Content-Encoding", "Content-Length"}


class Answer(NamedTuple):
    """What a builder answers: data, or bytes that are JSON already, and headers of its own."""

    data: Any
    headers: Mapping[str, str] = {}


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

    @classmethod
    def of(cls, answer: Answer, headers: Mapping[str, str]) -> "Representation":
        """Return the bytes of an answer; its own headers precede those given."""
        content = answer.data if isinstance(answer.data, bytes) else orjson.dumps(answer.data)
        return cls(content, {**headers, **answer.headers, "Content-Type": "application/json"})

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
