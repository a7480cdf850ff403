"""What stands in front of the views: warm answers before Django's handler, and the middleware of all requests.

Django takes longer to call a view than the store to find an answer. So a GET whose answer is at hand gets it here, on
the path that `StyleView` describes. Everything else goes on to Django, with what has been found out about it: but for
what would be refused there since its tenant keeps the server busy already, which must cost the server next to nothing.
There `CallStyle` leads it to its view, past the middleware of pages.

The server hands a request on with its headers, and whoever reads the body waits as long as the client likes: granian
knows no limit, and a read that waits cannot be ended. So only a few threads may wait; other bodies are refused at once,
and requests without one go on. A proxy that reads requests whole leaves nothing to do for this.
"""

import logging
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from random import getrandbits
from threading import BoundedSemaphore
from time import monotonic
from typing import Any, NamedTuple, Protocol, cast

import orjson
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve
from rest_framework.request import Request

from apps.api.answers.representations import Headers, Reply
from apps.api.answers.store import store
from apps.api.errors import Problem, is_away, to_problem
from apps.api.views import FINDINGS, PRIVATE, StyleView, StyleViewSet
from apps.api_keys import credentials

logger = logging.getLogger("gazetteer.api")

Environ = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

STATUS_LINES = {200: "200 OK", 304: "304 Not Modified", 429: "429 Too Many Requests"}
MAX_PATH_LENGTH = 200
# A body of more bytes is taken for dear before it is read, where its view weighs bodies at all.
LONG_BODY = 1024
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
# Where the id stands in the WSGI environment.
OWN_ID = "gazetteer.request_id"
BODILESS = {204, 304}
# Bodies that are waited for keep so many of the four threads of a process; what has come with the headers takes less
# than a moment.
MOST_READING = 2
MOMENT_SECONDS = 0.05


class Front:
    """A WSGI application that answers what is warm and leaves everything else to `django`."""

    def __init__(self, django: Application) -> None:
        self.django = django
        self._readers = BoundedSemaphore(MOST_READING)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer a request."""
        reply = reply_at_once(environ)
        if reply is None:
            if environ.get("CONTENT_LENGTH"):
                environ["wsgi.input"] = Body(environ["wsgi.input"], self._readers)
            return self.django(environ, start_response)
        start_response(STATUS_LINES[reply.status], list(reply.headers))
        return (reply.body,)


class Source(Protocol):
    """A body as servers give it."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, or fewer at the end."""

    def readline(self, size: int, /) -> bytes:
        """Return a line, or so many bytes of it."""


class Body:
    """A body that raises TimeoutError, of which Django makes an UnreadablePostError, where others wait for theirs."""

    def __init__(self, source: Source, readers: BoundedSemaphore) -> None:
        self._source = source
        self._readers = readers

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, or fewer at the end."""
        return self._in_turn(self._source.read, size)

    def readline(self, size: int, /) -> bytes:
        """Return a line, or so many bytes of it."""
        return self._in_turn(self._source.readline, size)

    def _in_turn(self, read: Callable[[int], bytes], size: int) -> bytes:
        if not self._readers.acquire(timeout=MOMENT_SECONDS):
            raise TimeoutError("Too many wait for bodies that do not come.")
        try:
            return read(size)
        finally:
            self._readers.release()


class Incoming:
    """As much of a request as views look at before they answer."""

    def __init__(self, environ: Environ) -> None:
        self.META = environ
        self.method = environ["REQUEST_METHOD"]


class Route(NamedTuple):
    """A view that may answer at once, the name of its method, and the arguments of the path."""

    view: type[StyleViewSet]
    options: Mapping[str, Any]
    action: str
    path: Mapping[str, str]

    def make_view(self, environ: Environ) -> StyleViewSet:
        """Return the view as DRF prepares it for the route's method."""
        view = self.view(**self.options)
        view.request, view.args, view.kwargs = cast(Request, Incoming(environ)), (), dict(self.path)
        view.action = self.action
        handler = getattr(view, self.action)
        if environ["REQUEST_METHOD"] == "POST":
            view.post = handler  # type: ignore[attr-defined]
        else:
            view.get = view.head = handler  # type: ignore[attr-defined]
        return view


@lru_cache(maxsize=1024)
def route_at(path: str, urlconf: str, method: str = "get") -> Route | None:
    """Return the view that answers GET at a path from the store, or weighs what is posted; None where there is none."""
    try:
        match = resolve(path, urlconf)
    except Resolver404:
        return None
    function: Any = match.func
    view = _view_of(function)
    if view is None or not issubclass(view, StyleViewSet):
        return None
    action = function.actions.get(method, "")
    if not (view.weighs if method == "post" else hasattr(getattr(view, action, None), "build")):
        return None
    return Route(view, function.initkwargs, action, match.kwargs)


def _view_of(function: Any) -> type[StyleView] | None:
    """Return the view that DRF's `as_view` has made a function of; None where it is no style's."""
    view: Any = getattr(function, "cls", None)
    return view if isinstance(view, type) and issubclass(view, StyleView) else None


def reply_at_once(environ: Environ) -> Reply | None:
    """Return the answer to a request where it is warm, or refused; None where Django has to see to it; never raises."""
    try:
        method = environ["REQUEST_METHOD"]
        if method == "POST":
            if not _is_long(environ):
                return None
        elif method not in {"GET", "HEAD"} or not store.max_bytes:
            return None
        # Which host was forwarded is for Django to say.
        host, allowed_hosts = environ.get("HTTP_HOST", ""), tuple(settings.ALLOWED_HOSTS)
        if settings.USE_X_FORWARDED_HOST or not _host_is_allowed(host, allowed_hosts):
            return None
        path = environ["PATH_INFO"]
        # What is not ASCII is decoded by Django, and what is longer is none of ours.
        if not path.isascii() or len(path) > MAX_PATH_LENGTH:
            return None
        route = route_at(path, settings.ROOT_URLCONF, "post" if method == "POST" else "get")
        if route is None:
            return None
        return _refused(environ, route) if method == "POST" else _recalled(environ, route)
    except SuspiciousOperation:
        return None
    except Exception as error:
        if is_away(error):
            # Let Django say that there is no database, or find that there is one again.
            _renew_connection()
        else:
            logger.exception("A warm answer failed.")
        return None


def _renew_connection() -> None:
    """Close a connection that is broken or too old, as Django does between requests; the next query opens another."""
    connection = connections[DEFAULT_DB_ALIAS]
    is_old = connection.close_at is not None and monotonic() >= connection.close_at
    if (connection.errors_occurred or is_old) and not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _recalled(environ: Environ, route: Route) -> Reply | None:
    """Return the answer of a view out of the store; where there is none, leave what has been found out to Django."""
    _renew_connection()
    view = route.make_view(environ)
    findings = view.examine(view.request)
    key, now = findings.key, findings.identity.now
    representation = store.get(key, now) if key is not None and now is not None and not findings.refusal else None
    # Uses of credentials are written when Django has answered.
    if representation is None or (credentials.unwritten_uses and credentials.uses_are_due()):
        environ[FINDINGS] = findings
        return None
    findings.is_hit = True
    reply = representation.reply(environ.get("HTTP_ACCEPT_ENCODING", ""), environ.get("HTTP_IF_NONE_MATCH", ""))
    own = {"Server-Timing": "store;desc=hit"} if settings.DEBUG else {}
    return Reply(reply.status, (*reply.headers, *own.items(), *_further_headers(view, environ)), reply.body)


def _refused(environ: Environ, route: Route) -> Reply | None:
    """Return the 429 for one whose tenant has dear work in hand; else leave what has been found out to Django."""
    _renew_connection()
    view = route.make_view(environ)
    findings = environ[FINDINGS] = view.examine(view.request)
    if findings.refusal is not None or view.may_begin_dear_work():
        return None
    del environ[FINDINGS]
    problem = cast(Problem, to_problem(view.busy()))
    body = orjson.dumps(view.envelope(problem, view.request))
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Vary": ", ".join(view.vary),
        "Cache-Control": PRIVATE,
        **problem.headers,
    }
    return Reply(problem.status, (*headers.items(), *_further_headers(view, environ)), body)


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


def _is_long(environ: Environ) -> bool:
    length = environ.get("CONTENT_LENGTH") or ""
    return length.isascii() and length.isdigit() and len(length) < 10 and int(length) >= LONG_BODY


def _further_headers(view: StyleViewSet, environ: Environ) -> Headers:
    """Return the headers of this request alone, and those of Django's middleware."""
    own = {**view.further_headers(view.request), "X-Request-Id": id_of(environ)}
    return (*own.items(), *_headers_of_middleware(_is_secure(environ)))


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


class TellRequestId:
    """Middleware that tells the id of every request, X-Request-Id."""

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


class CallStyle:
    """Middleware that calls the view of a style at once: what comes after it is there for pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as Django's handler does; let it answer itself where the path is no style's."""
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        if _view_of(match.func) is None:
            return self.get_response(request)
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        # DRF's own, which are bytes only when all of their headers are known.
        return response.render() if isinstance(response, SimpleTemplateResponse) else response
