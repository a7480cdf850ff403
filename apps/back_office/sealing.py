"""Keys for what is stored encrypted: derived from SECRET_KEY and its fallbacks, for each purpose other ones."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


class Unreadable(Exception):  # noqa: N818
    """It was stored under a SECRET_KEY that is not set any more."""


def derived_keys(purpose: bytes, length: int) -> list[bytes]:
    """Return a key of so many bytes from SECRET_KEY, under which is stored, then those from SECRET_KEY_FALLBACKS."""
    return [
        HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(force_bytes(key))
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
