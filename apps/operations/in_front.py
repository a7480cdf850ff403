"""What passes whatever stands in front of the service."""

import uuid
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def passes_underscores(url: str, seconds: float) -> bool | None:
    """Return whether a header with underscores in its name arrives by way of a URL; None where that cannot be told.

    A server of WSGI takes `X_Forwarded_For` for `X-Forwarded-For`, whoever sent it. Sends one request, whose id comes
    back where it has arrived.
    """
    own = str(uuid.uuid4())
    request = Request(f"{url}/livez", headers={"X_Request_Id": own})  # noqa: S310 - the operator's own
    try:
        with urlopen(request, timeout=seconds) as response:  # noqa: S310
            told = response.headers["X-Request-Id"]
    except HTTPError as refused:
        told = refused.headers["X-Request-Id"]
    except (OSError, HTTPException):
        return None
    return told == own if told else None
