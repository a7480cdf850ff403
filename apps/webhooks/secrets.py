"""Secrets that sign messages: stored so that they can be read again, but not without the settings' SECRET_KEY."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from standardwebhooks import Webhook as Signer

from apps.back_office.sealing import Unreadable, derived_keys


def generate() -> str:
    """Return a new secret of 256 random bits, as receivers hold it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def sealed(secret: str) -> str:
    """Return a secret as it is stored: encrypted, by a key that is derived from SECRET_KEY."""
    return _keys()[0].encrypt(secret.encode()).decode()


def opened(stored: str) -> str:
    """Return a stored secret, of one of the SECRET_KEY_FALLBACKS, too; raises Unreadable."""
    try:
        return MultiFernet(_keys()).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def is_current(stored: str) -> bool:
    """Return whether a stored secret can be read without the fallbacks."""
    try:
        _keys()[0].decrypt(stored.encode())
    except InvalidToken:
        return False
    return True


def signatures(keys: Sequence[str], message_id: str, at: datetime, body: str) -> str:
    """Return the value of `webhook-signature`: one of each secret, by Standard Webhooks. at: in UTC."""
    return " ".join(Signer(key).sign(message_id, at, body) for key in keys)


def _keys() -> list[Fernet]:
    return [Fernet(base64.urlsafe_b64encode(key)) for key in derived_keys(b"gazetteer webhooks", 32)]
