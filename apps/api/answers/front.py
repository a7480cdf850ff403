"""Warm answers, in front of Django's handler.

Django takes longer to call a view than the store to find an answer. So a GET whose answer is at hand gets it here,
after the same checks by the same views: host, credential, address, permissions, headers, query, limits. Whatever is
not certain, and everything that has to be refused, goes on to Django, which begins again and says why.
"""

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from time import monotonic
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from apps.api.answers import routes
from apps.api.answers.readings import Environ, WarmRequest, readings
from apps.api.answers.representations import Headers, Reply
from apps.api.answers.routes import Route
from apps.api.answers.store import Key, store
from apps.api.middleware import request_id
from apps.api.views import StyleViewSet
from apps.revisions import numbers

logger = logging.getLogger("gazetteer.api")

Start = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

STATUS_LINES = {200: "200 OK", 304: "304 Not Modified"}


class Front:
    """A WSGI application that answers what is warm and leaves everything else to `django`."""

    def __init__(self, django: Application) -> None:
        self.django = django

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer a request."""
        reply = warm_reply(environ)
        if reply is None:
            return self.django(environ, start_response)
        start_response(STATUS_LINES[reply.status], list(reply.headers))
        return (reply.body,)


def warm_reply(environ: Environ) -> Reply | None:
    """Return the answer to a request where it is warm, None where Django has to see to it; never raises."""
    try:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or not store.max_bytes:
            return None
        # Which host was forwarded is for Django to say.
        host, allowed_hosts = environ.get("HTTP_HOST", ""), tuple(settings.ALLOWED_HOSTS)
        if settings.USE_X_FORWARDED_HOST or not _host_is_allowed(host, allowed_hosts):
            return None
        route = routes.find(environ["PATH_INFO"])
        return _recalled(environ, route) if route else None
    except (APIException, SuspiciousOperation):
        return None
    except (OperationalError, InterfaceError):
        # Let Django say that there is no database, or find that there is one again.
        _renew_connection()
        return None
    except Exception:
        logger.exception("A warm answer failed.")
        return None


def _renew_connection() -> None:
    """Close a connection that is broken or too old, as Django does between requests; the next query opens another."""
    connection = connections[DEFAULT_DB_ALIAS]
    is_old = connection.close_at is not None and monotonic() >= connection.close_at
    if (connection.errors_occurred or is_old) and not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _recalled(environ: Environ, route: Route) -> Reply | None:
    """Return the answer of a view out of the store."""
    request = WarmRequest(environ)
    asking = cast(Request, request)
    view = route.make_view(asking)
    identity = view.identify(asking)
    if identity is None:
        return None
    _renew_connection()
    now = numbers.recent(identity.tenant_id)
    if identity.revision not in {None, now.credentials}:
        return None
    request.auth = identity.auth
    view.admit(identity.auth)
    view.check_address(asking)
    key = readings.find(route.view, environ, identity.auth)
    if key is None:
        key = _read(view, request, environ)
    representation = store.get(key, now)
    if representation is None:
        return None
    # Last, so that no request counts twice.
    view.check_throttles(asking)
    reply = representation.reply(environ.get("HTTP_ACCEPT_ENCODING", ""), environ.get("HTTP_IF_NONE_MATCH", ""))
    own = {**view.further_headers(asking), "X-Request-Id": request_id(environ.get("HTTP_X_REQUEST_ID", ""))}
    if settings.DEBUG:
        own["Server-Timing"] = "store;desc=hit"
    headers = (*reply.headers, *own.items(), *_headers_of_middleware(_is_secure(environ)))
    return Reply(reply.status, headers, reply.body)


def _read(view: StyleViewSet, request: WarmRequest, environ: Environ) -> Key:
    """Return what a request asks; raises what has to be refused."""
    asking = cast(Request, request)
    request.seen.clear()
    view.check_permissions(asking)
    view.ask(asking)
    key = view.key(view.action)
    readings.keep(type(view), environ, request.auth, request.seen, key)
    return key


@lru_cache(maxsize=256)
def _host_is_allowed(host: str, allowed_hosts: tuple[str, ...]) -> bool:
    """Return True where Django would answer to this Host header; raises DisallowedHost where it would not."""
    request = HttpRequest()
    request.META = {"HTTP_HOST": host}
    request.get_host()
    return True


def _is_secure(environ: Environ) -> bool:
    """Return whether the request came by https, as Django decides it."""
    if settings.SECURE_PROXY_SSL_HEADER:
        variable, value = settings.SECURE_PROXY_SSL_HEADER
        if variable in environ:
            return bool(environ[variable].split(",", 1)[0].strip() == value)
    return bool(environ["wsgi.url_scheme"] == "https")


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@lru_cache(maxsize=2)
def _headers_of_middleware(secure: bool) -> Headers:
    """Return the headers that Django's middleware adds to every answer of the API."""
    scheme = "https" if secure else "http"
    request = WSGIRequest({"REQUEST_METHOD": "GET", "wsgi.url_scheme": scheme, "wsgi.input": BytesIO()})
    response = HttpResponse()
    before = set(response.headers)
    for middleware in (SecurityMiddleware, XFrameOptionsMiddleware):
        middleware(_nothing).process_response(request, response)
    return tuple((name, value) for name, value in response.headers.items() if name not in before)
