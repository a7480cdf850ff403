"""The format of our secrets: `gaz_<kind>_<11-character id>_<43-character secret><6-character checksum>`.

Base 62, so that a double click selects the whole of it; a CRC-32, so that a mistyped or invented one costs no
query and scanners can tell a real one from a look-alike.
"""

import hashlib
import hmac
import re
import secrets
import zlib
from dataclasses import dataclass

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PATTERN = re.compile(r"gaz_(sk|pk|cs|at)_([0-9A-Za-z]{11})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret as its owner holds it. `text` is the whole; `key_id` may be shown."""

    text: str
    key_id: str

    def __repr__(self) -> str:
        return f"Secret(gaz_…{self.key_id})"


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 62)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode("ascii")), 6)


def generate(kind: str) -> Secret:
    """Return a new secret of `kind` (sk, pk, cs, at) with 256 random bits."""
    key_id = _base62(secrets.randbits(64), 11)
    stem = f"gaz_{kind}_{key_id}_{_base62(secrets.randbits(256), 43)}"
    return Secret(stem + _checksum(stem), key_id)


def parse(text: str) -> tuple[str, str] | None:
    """Return (kind, key id) of a well-formed secret, None for anything else; no query."""
    match = PATTERN.fullmatch(text)
    if match is None or not hmac.compare_digest(_checksum(text[:-6]), match[4]):
        return None
    return match[1], match[2]


def hidden(text: str) -> str:
    """Return a text for a log, in which of each secret only stands what may be shown, wherever somebody has put it."""
    return PATTERN.sub(r"gaz_\1_\2_...", text) if "gaz_" in text else text


def digest(text: str, pepper_id: int) -> str:
    """Return the hexadecimal HMAC-SHA-256 of a secret under the pepper `pepper_id`."""
    pepper: str = settings.API_KEY_PEPPERS[pepper_id]
    return hmac.digest(pepper.encode(), text.encode(), hashlib.sha256).hex()


def newest_pepper_id() -> int:
    """Return the pepper that new secrets are stored under."""
    return max(settings.API_KEY_PEPPERS)


def pepper_ids() -> list[int]:
    """Return the peppers that stored secrets may be under, newest first."""
    return sorted(settings.API_KEY_PEPPERS, reverse=True)
