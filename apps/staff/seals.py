"""The secrets of second steps as they are stored: sealed by a key from SECRET_KEY, each for the user whose it is.

AES-SIV (RFC 5297) makes of 20 bytes no more than the column of django-otp holds, and needs no nonce.
"""

from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from apps.back_office.sealing import Unreadable, derived_keys

KEY_BYTES = 64


def sealed(secret: str, user_id: int) -> str:
    """Return a secret as it is stored; both in hexadecimal."""
    return _ciphers()[0].encrypt(bytes.fromhex(secret), _whose(user_id)).hex()


def opened(stored: str, user_id: int) -> bytes:
    """Return a stored secret, under one of the SECRET_KEY_FALLBACKS, too; raises Unreadable."""
    for cipher in _ciphers():
        try:
            return cipher.decrypt(bytes.fromhex(stored), _whose(user_id))
        except InvalidTag:
            continue
    raise Unreadable


def renew(device: Any) -> None:
    """Put the secret of a device under the newest SECRET_KEY, where it is under a former one; raises Unreadable."""
    newest = sealed(device.bin_key.hex(), device.user_id)
    if device.key != newest:
        device.key = newest
        device.save(update_fields=["key"])


def _ciphers() -> list[AESSIV]:
    return [AESSIV(key) for key in derived_keys(b"gazetteer second step", KEY_BYTES)]


def _whose(user_id: int) -> list[bytes]:
    return [str(user_id).encode()]
