"""Entity tags (RFC 9110, sections 8.8.3 and 13.1)."""

import hashlib

from django.utils.http import parse_etags


def strong_etag(content: bytes) -> str:
    """Return the entity tag of these bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_current(header: str, etag: str) -> bool:
    """Return whether an If-None-Match header names `etag`, compared weakly."""
    if header.strip() == "*":
        return True
    return etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in parse_etags(header)}
