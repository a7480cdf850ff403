"""Which requests are the back office's, and what it alone has of middleware."""

from functools import lru_cache
from typing import Any

from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.urls import reverse


@lru_cache(maxsize=1)
def _root() -> str:
    return reverse("admin:index")


def is_back_office(request: HttpRequest) -> bool:
    """Return whether people, not clients, read the answer."""
    return request.path_info.startswith(_root())


class ContentSecurityPolicy(CSPMiddleware):
    """django-csp's, for pages: what the API answers is none."""

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, in the back office with the header."""
        return super().__call__(request) if is_back_office(request) else self.get_response(request)
