"""What only the back office needs of Django's middleware.

Requests to the API pass it by: they have no session, no cookie, no message and no page, and it takes longer than
most of their answers.
"""

from functools import lru_cache
from typing import Any

from axes.middleware import AxesMiddleware
from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse

# A file of corrections may have 10 MB; a request has more than its file.
MOST_MEGABYTES, AROUND = 10, 1 << 20


@lru_cache(maxsize=1)
def _root() -> str:
    return reverse("admin:index")


def is_back_office(request: HttpRequest) -> bool:
    """Return whether people, not clients, read the answer."""
    return request.path_info.startswith(_root())


class BackOfficeOnly:
    """A middleware, mixed into, that the API passes by."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, with or without the middleware."""
        return super().__call__(request) if is_back_office(request) else self.get_response(request)  # type: ignore[misc]


class BodyLimit:
    """Refuses a file that is too large for any page before a byte of it is read."""

    def __init__(self, get_response: Any) -> None:
        """Take what answers otherwise."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Answer 413, or go on."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if is_back_office(request) and length.isdigit() and int(length) > (MOST_MEGABYTES << 20) + AROUND:
            said = f"A file may have {MOST_MEGABYTES} MB, and nothing was written. Go back, and give a smaller one."
            return HttpResponse(said, status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class ContentSecurityPolicy(BackOfficeOnly, CSPMiddleware):
    """django-csp's."""


class Sessions(BackOfficeOnly, SessionMiddleware):
    """Django's."""


class CSRF(BackOfficeOnly, CsrfViewMiddleware):
    """Django's, which also looks at the view."""

    def process_view(self, request: HttpRequest, *view: Any) -> Any:
        """Check the token of a form."""
        return super().process_view(request, *view) if is_back_office(request) else None


class Authentication(BackOfficeOnly, AuthenticationMiddleware):
    """Django's."""


class Messages(BackOfficeOnly, MessageMiddleware):
    """Django's."""


class Lockout(BackOfficeOnly, AxesMiddleware):  # type: ignore[misc]
    """django-axes'."""
