"""Entity tags (RFC 9110, sections 8.8.3 and 13.1)."""

import hashlib

from django.utils.http import parse_etags

from apps.api.answers.codings import BROTLI, GZIP

WEAK = "W/"
# The tag of a compressed body is that of the plain one with this inside its quotes: other bytes need another tag.
SUFFIXES = {coding: f"-{coding}" for coding in (GZIP, BROTLI)}


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
