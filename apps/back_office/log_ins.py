"""Log-ins that failed: who it was said to be, and from where."""

import logging
from typing import Any

from axes.helpers import get_client_ip_address
from django.http import HttpRequest

logger = logging.getLogger("gazetteer.back_office")

# Of what may be anything, even the text of a password that went into the wrong field of a form.
LONGEST = 50


def tell(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Log a failure, a receiver of `user_login_failed`; behind a trusted proxy the address is the client's."""
    address = get_client_ip_address(request) if request is not None else None
    name = str(credentials.get("username", ""))[:LONGEST]
    logger.warning("A log-in as %r from %s failed.", name, address or "nowhere", extra={"request": request})
