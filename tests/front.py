"""A test client that asks as a server does: the store first, then Django."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler, conditional_content_removal

from apps.api.answers.front import reply_at_once

MODES = ("natural", "warm", "off")
NEVER_STORED = (
    "/admin", "/openapi", "/customerlogin", "/livez", "/readyz", "/metrics", "/flags", "/docs", "/exports", "/explore",
    "/widget",
)  # fmt: skip
# What differs from answer to answer.
OWN = {"x-request-id", "ratelimit", "ratelimit-policy"}


def is_stored(path: str) -> bool:
    """Return whether answers at a path may come out of the store."""
    return path != "/" and not path.startswith(NEVER_STORED)


class FrontHandler(ClientHandler):
    """Django's handler behind our front."""

    def __call__(self, environ: dict[str, Any]) -> Any:
        """Answer; `is_warm` says who did."""
        reply = reply_at_once(environ)
        if reply is None:
            response: Any = super().__call__(environ)
            response.is_warm = False
            return response
        request = WSGIRequest(environ)
        response = HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))
        if "Content-Type" not in dict(reply.headers):
            del response.headers["Content-Type"]
        conditional_content_removal(request, response)
        response.wsgi_request, response.is_warm = request, True
        return response


class FrontClient(Client):
    """A client of the whole service. In the mode `warm` it sees every stored answer as the store gives it."""

    def __init__(self, mode: str = "natural") -> None:
        super().__init__(headers={"host": "testserver"})
        self.handler = FrontHandler(self.handler.enforce_csrf_checks)
        self.mode = mode

    def request(self, **environ: Any) -> Any:
        """Ask once, or in the mode `warm` twice, and compare."""
        first = super().request(**environ)
        is_read = environ.get("REQUEST_METHOD", "GET") in {"GET", "HEAD"} and first.status_code in {200, 304}
        # A path that is not ASCII is Django's to decode, whatever is stored.
        path = environ["PATH_INFO"]
        if self.mode != "warm" or not is_read or not path.isascii() or not is_stored(path):
            return first
        second = super().request(**environ)
        assert second.is_warm, "A stored answer was not warm when it was asked for again."
        assert second.status_code == first.status_code
        assert _lasting(second) == _lasting(first)
        if b'"timestamp"' not in first.content and first.headers.get("Content-Encoding") != "gzip":
            assert second.content == first.content
        return second


def _lasting(response: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items() if name.lower() not in OWN}
