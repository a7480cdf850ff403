"""Answers to browsers of other origins (Fetch standard, section 3.2).

django-cors-headers knows one list of origins for the whole site; ours belong to credentials and tenants, and
the answer to a request depends on whose key it carried, so its middleware does not fit.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import ClassVar

from django.db import Error
from django.http import HttpRequest
from rest_framework.response import Response

from apps.api.views import StyleView
from apps.api_keys.models import ApiKey
from apps.tenants.models import Tenant

MAX_ORIGIN_LENGTH = 300
MAX_ASKED_LENGTH = 1024
HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
PREFLIGHT_SECONDS = 600
SUBDOMAINS = r"(?:[a-z0-9_-]+\.)+"
PORT = r"(?::[0-9]{1,5})?"
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    scheme, _, host = pattern.strip().lower().rstrip("/").partition("://")
    host = host.removesuffix(DEFAULT_PORTS.get(scheme, "//"))
    subdomains = SUBDOMAINS if host.startswith("*.") else ""
    port = PORT if host.endswith(":*") else ""
    return re.compile(
        f"{re.escape(scheme)}://{subdomains}{re.escape(host.removeprefix('*.').removesuffix(':*'))}{port}"
    )


def is_allowed(origin: str, patterns: Iterable[str]) -> bool:
    """Return whether one of `patterns` names `origin`, as `https://*.shop.example` or `http://localhost:*` may.

    `*.` stands for one or more subdomains and not for none; `:*` for every port, the default one too.
    """
    if len(origin) > MAX_ORIGIN_LENGTH:
        return False
    return any(_expression(pattern).fullmatch(origin) for pattern in patterns)


def asked_headers(request: HttpRequest) -> list[str]:
    """Return the names that a preflight asks leave to send; none where there are more than a browser would send."""
    text = request.headers.get("Access-Control-Request-Headers", "")
    names = [name.strip() for name in text.split(",")] if len(text) <= MAX_ASKED_LENGTH else []
    return [name for name in names if HEADER_NAME.fullmatch(name)]


def allowed_headers(known: Sequence[str], request: HttpRequest) -> str:
    """Return `known` and whatever else the preflight asks for: no other header changes what is answered."""
    names = {name.lower() for name in known}
    return ", ".join([*known, *(name for name in dict.fromkeys(asked_headers(request)) if name.lower() not in names)])


def is_known(origin: str) -> bool:
    """Return whether some enabled tenant or usable public key allows `origin`; two queries."""
    lists = [
        *Tenant.objects.filter(is_enabled=True).exclude(origins=[]).values_list("origins", flat=True),
        *ApiKey.objects.usable().exclude(origins=[]).values_list("origins", flat=True),
    ]
    return any(is_allowed(origin, patterns) for patterns in lists)


class CrossOriginView(StyleView):
    """A view that browsers of other origins may call.

    A preflight carries no credential: it is answered for every origin that someone allows. The answer itself, also an
    error, looks at the list of its own caller (`origins`), and where the caller is not known, at everyone's.
    """

    cors_request_headers: ClassVar[Sequence[str]] = ()
    cors_exposed_headers: ClassVar[Sequence[str]] = ()

    @property
    def origins(self) -> Sequence[str]:
        """The origins that the caller allows: those of its public key."""
        return self.caller.origins if self.caller.is_public else ()

    def handle_exception(self, exc: Exception) -> Response:
        """Let the handler of bugs share its answer as well."""
        try:
            return super().handle_exception(exc)
        except Exception:
            self.request._request.cors_headers = self.cors_headers(self.request)  # type: ignore[attr-defined]
            raise

    def cors_headers(self, request: HttpRequest) -> dict[str, str]:
        """Return the headers that let the browser read the answer; none where its origin is not allowed."""
        origin = request.META.get("HTTP_ORIGIN", "")
        if not origin or not self._is_readable_from(origin):
            return {}
        headers = {"Access-Control-Allow-Origin": origin}
        if request.method == "OPTIONS":
            headers["Access-Control-Allow-Methods"] = ", ".join(self.allowed_methods)
            headers["Access-Control-Allow-Headers"] = allowed_headers(self.cors_request_headers, request)
            headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        elif self.cors_exposed_headers:
            headers["Access-Control-Expose-Headers"] = ", ".join(self.cors_exposed_headers)
        return headers

    def _is_readable_from(self, origin: str) -> bool:
        if self.findings.identity.caller is not None:
            return is_allowed(origin, self.origins)
        try:
            return is_known(origin)
        except Error:
            return False
