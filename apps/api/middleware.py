"""What every response carries."""

import re
import uuid
from collections.abc import Callable
from random import getrandbits
from typing import Any

from django.http import HttpRequest, HttpResponse

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
BODILESS = {204, 304}
# Where the id stands in the WSGI environment.
OWN_ID = "gazetteer.request_id"


def request_id(given: str) -> str:
    """Return the id that a caller gave a request where it is well-formed, a fresh UUIDv4 otherwise."""
    # Not by uuid4, which asks the system each time: an id tells requests apart, and guards nothing.
    return given if REQUEST_ID.fullmatch(given) else str(uuid.UUID(int=getrandbits(128), version=4))


def id_of(environ: dict[str, Any]) -> str:
    """Return the id of a request, the same each time."""
    own = environ.get(OWN_ID)
    if own is None:
        own = environ[OWN_ID] = request_id(environ.get("HTTP_X_REQUEST_ID", ""))
    return str(own)


class RequestIdMiddleware:
    """Tell every request's id, X-Request-Id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the header added."""
        own = request.request_id = id_of(request.META)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Request-Id"] = own
        if response.status_code in BODILESS:
            # RFC 9110, section 8.6: CommonMiddleware has counted a body that is never sent.
            del response.headers["Content-Length"]
        return response
