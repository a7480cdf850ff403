"""Content codings: which one a request asks for, and bodies in each (RFC 9110, sections 8.4.1 and 12.5.3)."""

import re
import zlib
from functools import lru_cache

import brotli

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


def compress(body: bytes, coding: str) -> bytes:
    """Return the body in a coding."""
    if coding == BROTLI:
        compressed: bytes = brotli.compress(body, quality=BROTLI_QUALITY, mode=brotli.MODE_TEXT)
        return compressed
    if coding == GZIP:
        return zlib.compress(body, GZIP_LEVEL, wbits=31)
    return body
