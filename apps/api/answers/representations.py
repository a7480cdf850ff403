"""Answers as bytes in the content codings that clients ask for, with entity tags (RFC 9110, sections 8, 12 and 13)."""

import hashlib
import re
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import brotli
import orjson
from django.utils.http import parse_etags

Headers = tuple[tuple[str, str], ...]

# What the objects around the bytes take, by measurement.
OVERHEAD_BYTES = 2_000
OF_THE_BODY = {"Content-Type", "Content-Encoding", "Content-Length"}

IDENTITY = "identity"
GZIP = "gzip"
BROTLI = "br"
# Shorter bodies gain nothing.
MIN_BYTES = 400
GZIP_LEVEL = 6
# Higher qualities take ten times as long for a twentieth of the bytes.
BROTLI_QUALITY = 5

MAX_HEADER_LENGTH = 512
ELEMENT = re.compile(r"\s*([a-z0-9*-]+)\s*(?:;\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?", re.ASCII)

WEAK = "W/"
# The tag of a compressed body is that of the plain one with this inside its quotes: other bytes need another tag.
SUFFIXES = {coding: f"-{coding}" for coding in (GZIP, BROTLI)}


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

    codings: tuple[str, ...] = (BROTLI, GZIP, IDENTITY)

    @classmethod
    def of(cls, answer: Answer, headers: Mapping[str, str]) -> "Representation":
        """Return the bytes of an answer; its own headers precede those given."""
        content = answer.data if isinstance(answer.data, bytes) else encoded(answer.data)
        return cls(content, {**headers, **answer.headers, "Content-Type": "application/json"})

    def __init__(self, content: bytes, headers: Mapping[str, str], bodies: Mapping[str, bytes] | None = None) -> None:
        """`bodies` are those in further codings that have been made before."""
        self.headers = dict(headers)
        if "ETag" not in self.headers:
            self.headers["ETag"] = strong_etag(content)
        self.etag = self.headers["ETag"]
        self.size = OVERHEAD_BYTES
        self._bodies: dict[str, bytes] = {}
        self._found: dict[str, Headers] = {}
        self._unchanged: dict[str, Headers] = {}
        if len(content) < MIN_BYTES:
            self.codings = (IDENTITY,)
        for coding, body in {**(bodies or {}), IDENTITY: content}.items():
            self._keep(coding, body)

    def bodies(self) -> dict[str, bytes]:
        """Return the body in every coding that is ever sent."""
        return {coding: self.body(coding) for coding in self.codings}

    def body(self, coding: str) -> bytes:
        """Return the body in a coding."""
        body = self._bodies.get(coding)
        if body is None:
            body = compress(self._bodies[IDENTITY], coding)
            self._keep(coding, body)
        return body

    def reply(self, accept_encoding: str, if_none_match: str) -> Reply:
        """Return the 200, or the 304 for who has it already."""
        if if_none_match:
            tag = named(if_none_match, self.etag)
            if tag is not None:
                return Reply(304, self._headers_unchanged(tag), b"")
        coding = choose(accept_encoding, self.codings)
        body = self.body(coding)
        return Reply(200, self._headers_found(coding, len(body)), body)

    def _keep(self, coding: str, body: bytes) -> None:
        self._bodies[coding] = body
        self.size += len(body)

    def _headers_found(self, coding: str, length: int) -> Headers:
        headers = self._found.get(coding)
        if headers is None:
            own = {"ETag": coded(self.etag, coding), "Content-Length": str(length)}
            if coding != IDENTITY:
                own["Content-Encoding"] = coding
            headers = self._found[coding] = tuple((self.headers | own).items())
        return headers

    def _headers_unchanged(self, tag: str) -> Headers:
        """Return the headers of the 304: its tag is the one that the client has its body under."""
        etag = self.etag if self.etag.startswith(WEAK) else tag.removeprefix(WEAK)
        headers = self._unchanged.get(etag)
        if headers is None:
            kept = {name: value for name, value in self.headers.items() if name not in OF_THE_BODY}
            headers = self._unchanged[etag] = tuple((kept | {"ETag": etag}).items())
        return headers


@lru_cache(maxsize=256)
def choose(header: str, available: tuple[str, ...]) -> str:
    """Return the coding that an Accept-Encoding header likes best, the first of `available` among equals.

    `available` ends in identity, which is also what a header gets that refuses everything.
    """
    if not header or len(header) > MAX_HEADER_LENGTH:
        return IDENTITY
    matches = [ELEMENT.fullmatch(text) for text in header.lower().split(",")]
    weights = {match[1].removeprefix("x-"): float(match[2] or 1) for match in matches if match}
    rest = weights.get("*", 0.0)
    best = max(available, key=lambda coding: weights.get(coding, rest))
    if weights.get(best, rest) > 0 and weights.get(best, rest) >= weights.get(IDENTITY, 0):
        return best
    return IDENTITY


def encoded(data: Any) -> bytes:
    """Return JSON that may be kept: what orjson returns is up to 13 times as large as what it has written there."""
    return bytes(memoryview(orjson.dumps(data)))


def compress(body: bytes, coding: str) -> bytes:
    """Return the body in a coding."""
    if coding == BROTLI:
        compressed: bytes = brotli.compress(body, quality=BROTLI_QUALITY, mode=brotli.MODE_TEXT)
        return compressed
    if coding == GZIP:
        return zlib.compress(body, GZIP_LEVEL, wbits=31)
    return body


def strong_etag(content: bytes) -> str:
    """Return the entity tag of these bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def coded(etag: str, coding: str) -> str:
    """Return the tag of the same content in a coding; a weak tag is that of all of them."""
    if etag.startswith(WEAK) or coding not in SUFFIXES:
        return etag
    return f'{etag[:-1]}{SUFFIXES[coding]}"'


def plain(etag: str) -> str:
    """Return the tag without W/ and without its coding."""
    bare = etag.removeprefix(WEAK)
    for suffix in SUFFIXES.values():
        bare = bare.removesuffix(f'{suffix}"') + '"' if bare.endswith(f'{suffix}"') else bare
    return bare


def named(header: str, etag: str) -> str | None:
    """Return the tag of an If-None-Match header by which it names `etag`, in whatever coding; compared weakly.

    A `*` names every tag by itself; None: the header names other tags only.
    """
    if header.strip() == "*":
        return etag
    wanted = plain(etag)
    return next((tag for tag in parse_etags(header) if plain(tag) == wanted), None)


def matches(header: str, etag: str) -> bool:
    """Return whether an If-Match header names `etag`, in whatever coding; compared strongly."""
    if header.strip() == "*":
        return True
    tags = (tag for tag in parse_etags(header) if not tag.startswith(WEAK))
    return plain(etag) in {plain(tag) for tag in tags}
