"""The base of every view: the one path from a request to its answer.

Who asks, what is asked and what is answered are values: an `Identity`, a question (any hashable value of the style),
an `Answer`. `examine` finds out the first two, or refuses; `answered_by` turns the question into the answer, out of the
store or by a builder, a function of question and tenant. `answers.front` goes the same path in front of Django, and
what it has found out comes along with the request.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from random import randint
from threading import Lock
from time import perf_counter
from typing import Any, ClassVar, NoReturn, cast

import orjson
from cachetools import LRUCache
from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import APIException, AuthenticationFailed, MethodNotAllowed, PermissionDenied, Throttled
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from apps.api.answers.representations import Answer, Representation
from apps.api.answers.store import AnswerKey, store
from apps.api.callers import NOBODY, Authentication, Identity, client_address
from apps.api.errors import Problem, Refusal, not_found, to_problem
from apps.api.input import Query
from apps.api.limits import throttling
from apps.api.limits.throttling import shares
from apps.api_keys.credentials import Caller
from apps.tenants.models import Tenant

PRIVATE = "private, no-cache"
# Where the front leaves in the WSGI environment what it has found out.
FINDINGS = "gazetteer.findings"
# Where the findings of every request stay, for who observes.
SEEN = "gazetteer.seen"
MAX_REMEMBERED = 1_000
# What was sent in longer words is not remembered.
MAX_LENGTH = 1_000
# What costs as much as so many requests is dear: a tenant has one of that kind in hand at a time, in each process.
DEAR = 20
DEAR_AT_ONCE = 1
BUSY_SECONDS = (1, 4)

Headers = Mapping[str, str]
Builder = Callable[[Any, Any], Answer]

_asked: LRUCache[Hashable, AnswerKey] = LRUCache(MAX_REMEMBERED)
_lock = Lock()


@dataclass(slots=True)
class Findings:
    """What has been found out about a request, as far as it came: `refusal` is why it goes no further.

    `key` is that of the answer, where one may be stored. For who observes: the label of the style; whether the answer
    was in the store (None: it was not looked for), and how long the look and the building took where it was not.
    """

    identity: Identity = NOBODY
    rate_limits: Mapping[str, str] = field(default_factory=dict)
    query: Query | None = None
    key: AnswerKey | None = None
    refusal: APIException | None = None
    style: str = ""
    is_hit: bool | None = None
    build_seconds: float = 0.0


def answered_by(build: Builder) -> Callable[[Callable[..., Hashable]], Callable[..., HttpResponse]]:
    """Make a handler of GET out of a method that reads a question, and a function that answers it.

    The method is given the headers named in `asks_by`, the query and the arguments of the path, and raises the 400; it
    may look at nothing else of the request. The function is given the question and the tenant whose view of the
    data is answered (None: everybody's), and raises the 404. Whoever asks the same gets the same bytes.
    """

    def decorate(question: Callable[..., Hashable]) -> Callable[..., HttpResponse]:
        @wraps(question)
        def handler(self: "StyleView", request: Request, *args: Any, **path: Any) -> HttpResponse:
            key = cast(AnswerKey, self.findings.key)
            started = perf_counter()
            representation, is_hit = store.get_or_build(key, lambda: self.build(key))
            self.findings.is_hit, self.findings.build_seconds = is_hit, perf_counter() - started
            sent = request.META
            reply = representation.reply(sent.get("HTTP_ACCEPT_ENCODING", ""), sent.get("HTTP_IF_NONE_MATCH", ""))
            response = HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))
            if reply.status == 304:
                del response.headers["Content-Type"]
            if settings.DEBUG:
                response.headers["Server-Timing"] = f"store;desc={'hit' if is_hit else 'miss'}"
            return response

        handler.build, handler.question = build, question  # type: ignore[attr-defined]
        return handler

    return decorate


@lru_cache(maxsize=256)
def variable(name: str) -> str:
    """Return the WSGI variable of a header."""
    return "HTTP_" + name.upper().replace("-", "_")


@lru_cache(maxsize=256)
def _label(module: str) -> str:
    """Return the label of the app of a view: the style."""
    config = apps.get_containing_app_config(module)
    return config.label if config else ""


@lru_cache(maxsize=64)
def _variables(names: Sequence[str]) -> Sequence[str]:
    return tuple(map(variable, names))


class JSONRenderer(BaseRenderer):
    """What every style sends where no answer is stored: JSON, or nothing."""

    media_type, format, charset = "application/json", "json", None

    def render(self, data: Any, *about: Any, **named: Any) -> bytes:
        """Return `data` as compact UTF-8; bytes are JSON already, None is an empty body."""
        return (data or b"") if isinstance(data, bytes | None) else orjson.dumps(data)


class StyleView(APIView):
    """A view of one API style.

    A style sets once, for all its views: `authentication_classes`, `permission_classes`, `envelope` (its error
    body), `vary` (the request headers that shape its answers), `asks_by` (those that its questions are read from),
    `asks_by_address` (whether the caller's address is another), `cache_control`, `bucket` (whose limit by address
    counts where nobody has to be known), `weighs` (whether its handlers weigh what is posted), and
    `is_open_to_browsers` (whether those of every origin may read what needs no credential).
    """

    authentication_classes: Sequence[type[Authentication]] = ()
    required_scopes: ClassVar[Mapping[str, str]] = {}
    vary: ClassVar[Sequence[str]] = ("Authorization", "Accept-Language", "Accept-Encoding", "Origin")
    asks_by: ClassVar[Sequence[str]] = ("Accept-Language",)
    asks_by_address: ClassVar[bool] = False
    cache_control: ClassVar[str] = PRIVATE
    bucket: ClassVar[str] = "anonymous"
    weighs: ClassVar[bool] = False
    is_open_to_browsers: ClassVar[bool] = False
    action: str | None = None
    findings = Findings()
    # Places of its tenant's share, which are given back when the request is over.
    held: Sequence[Hashable] = ()

    @staticmethod
    def envelope(problem: Problem, request: HttpRequest) -> Any:
        """Return the error body; a style sets its own."""
        raise NotImplementedError

    @property
    def caller(self) -> Caller:
        """Whoever asks, by its credential."""
        return cast(Caller, self.findings.identity.caller)

    @property
    def tenant(self) -> Tenant:
        """The tenant whose view of the data is answered."""
        return cast(Tenant, self.findings.identity.tenant)

    @property
    def query(self) -> Query:
        """The parameters of the query."""
        return cast(Query, self.findings.query)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a request, and give back what was taken of its tenant's share."""
        # As it was sent: Django writes it in capitals, and methods are case-sensitive.
        request.method = request.META["REQUEST_METHOD"]
        try:
            return cast(HttpResponse, super().dispatch(request, *args, **kwargs))
        finally:
            for holder in self.held:
                shares.give_back(holder)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Admit or refuse, unless the front has done so. OPTIONS needs no credential."""
        self.format_kwarg = None
        # `Accept` is ignored: JSON is what there is.
        request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        if request.method == "OPTIONS":
            request.META[SEEN] = Findings(style=_label(type(self).__module__))
            return
        self.findings = request.META.pop(FINDINGS, None) or self.examine(request)
        request.auth = self.findings.identity.caller
        if self.findings.refusal is not None:
            raise self.findings.refusal
        tenant = self.findings.identity.tenant
        if tenant is not None:
            self._hold(tenant.pk, shares.take_thread(tenant.pk))

    def examine(self, request: HttpRequest) -> Findings:
        """Find out who asks and what for, in the contracts' order of refusal: 401, 429, 403, 405, 400, 404."""
        findings = self.findings = request.META[SEEN] = Findings(style=_label(type(self).__module__))
        try:
            findings.identity = self.identify(request)
            if findings.identity.tenant is not None:
                shares.note(findings.identity.tenant.pk)
            self.count(request)
            self.check_address(request)
            sent = self._sent(request)
            if sent is not None:
                with _lock:
                    findings.key = _asked.get(sent)
            if findings.key is None:
                self.check_permissions(request)
                self.check_method(request)
                findings.key = self.answer_key(request)
                if sent is not None and findings.key is not None:
                    with _lock:
                        _asked[sent] = findings.key
        except APIException as refusal:
            findings.refusal = refusal
        return findings

    def identify(self, request: HttpRequest) -> Identity:
        """Return who asks; raises the 401, and the 429 where an address has failed too often."""
        try:
            for authentication in self.authentication_classes:
                return authentication().identify(request)
        except AuthenticationFailed:
            throttling.refuse_flood(request)
            raise
        return NOBODY

    def count(self, request: HttpRequest) -> None:
        """Count the request against its limits, whatever its answer will be; raises the 429."""
        caller = self.findings.identity.caller
        if caller is not None and not caller.is_limited:
            return
        verdict = throttling.count(request, caller, self.bucket)
        if verdict is not None:
            self.findings.rate_limits = throttling.headers(verdict)
            if not verdict.is_allowed:
                raise Throttled(verdict.wait)

    def weigh(self, cost: int) -> None:
        """Count what the body asks for, beyond one request; raises the 429 where the tenant has such work in hand."""
        if cost >= DEAR:
            holder = self._dear_work
            self._hold(holder, shares.take(holder, DEAR_AT_ONCE))
        if cost and self.caller.is_limited:
            self.findings.rate_limits = throttling.headers(throttling.charge(self.caller, cost))

    def may_begin_dear_work(self) -> bool:
        """Return whether the tenant has less of it in hand than it may."""
        return shares.in_hand(self._dear_work) < DEAR_AT_ONCE

    def busy(self) -> Throttled:
        """Return the 429 for one whose tenant has its share of the server already."""
        return Throttled(randint(*BUSY_SECONDS))  # noqa: S311 - so that those refused together do not come back together

    @property
    def _dear_work(self) -> Hashable:
        return ("dear", self.tenant.pk)

    def _hold(self, holder: Hashable, is_taken: bool) -> None:
        if not is_taken:
            raise self.busy()
        self.held = (*self.held, holder)

    def check_address(self, request: HttpRequest) -> None:
        """Refuse a credential that may not be used from where the request comes."""
        caller = self.findings.identity.caller
        if caller is not None and caller.networks and not caller.may_come_from(client_address(request)):
            raise Refusal(403, "permission_denied", "This credential may not be used from this address.")

    def check_permissions(self, request: HttpRequest) -> None:
        """Refuse who may not ask this, with the first permission that says so."""
        for permission in self.get_permissions():
            if not permission.has_permission(cast(Request, request), self):
                raise PermissionDenied(getattr(permission, "message", None))

    def check_method(self, request: HttpRequest) -> None:
        """Refuse a method that is not there."""
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(request.method or "")

    def answer_key(self, request: HttpRequest) -> AnswerKey | None:
        """Read headers and query; return the key of the answer, None where none is stored. Raises the 400 and 404."""
        query = self.findings.query = Query(request)
        headers = self._headers(request)
        self.check_headers(headers)
        question = getattr(self._handler(), "question", None)
        if question is None:
            return None
        tenant = self.findings.identity.tenant
        holder, sees = (tenant.pk, tenant.sees()) if tenant is not None else (None, ())
        return AnswerKey(holder, type(self), self.action or "", question(self, headers, query, **self.kwargs), sees)

    def check_headers(self, headers: Headers) -> None:
        """Check what every request of the style must have; raises the 400."""

    def build(self, key: AnswerKey) -> Representation:
        """Answer the question of `key`."""
        answer: Answer = self._handler().build(key.question, self.findings.identity.tenant)
        return Representation.of(answer, {"Vary": ", ".join(self.vary), "Cache-Control": self.cache_control})

    def further_headers(self, request: HttpRequest) -> Mapping[str, str]:
        """Return the headers of this request alone, whatever its answer: what is left of limits, who may read it."""
        is_open = self.is_open_to_browsers and self.findings.identity.caller is None
        if is_open or "HTTP_ORIGIN" in request.META:
            return {**self.findings.rate_limits, **self.cors_headers(request)}
        return self.findings.rate_limits

    def cors_headers(self, request: HttpRequest) -> Mapping[str, str]:
        """Return the headers that let a browser read the answer: none but in a `CrossOriginView`."""
        return {}

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Answer with the methods."""
        return Response(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Return none; DRF would send Allow with every answer."""
        return {}

    def handle_exception(self, exc: Exception) -> Response:
        """Answer in the style's envelope; a bug stays an exception, so that Django logs it and calls handler500."""
        header = self.get_authenticate_header(self.request)
        if getattr(exc, "status_code", None) == 401 and header:
            exc.auth_header = header  # type: ignore[attr-defined]
        problem = to_problem(exc)
        if problem is None:
            raise exc
        headers = dict(problem.headers)
        if problem.status == 405:
            headers["Allow"] = ", ".join(self.allowed_methods)
        return Response(type(self).envelope(problem, self.request), status=problem.status, headers=headers)

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> Response:
        """Add Vary, Cache-Control, and what is left of the caller's limits."""
        response = super().finalize_response(request, cast(Response, response), *args, **kwargs)
        patch_vary_headers(response, self.vary)
        response.headers.setdefault("Cache-Control", PRIVATE)
        for name, value in self.further_headers(request).items():
            response.headers[name] = value
        return response

    def _handler(self) -> Any:
        return getattr(self, self.action or "", None)

    def _headers(self, request: HttpRequest) -> Headers:
        given = zip(self.asks_by, map(request.META.get, _variables(self.asks_by)), strict=True)
        return {name: text for name, text in given if text is not None}

    def _sent(self, request: HttpRequest) -> Hashable | None:
        """Return all that a question is read from, None where it is not remembered.

        Of the caller it is what it is at a revision of the credentials, with which tenants and plans move, too.
        """
        if request.META["REQUEST_METHOD"] not in {"GET", "HEAD"} or not hasattr(self._handler(), "question"):
            return None
        identity, get = self.findings.identity, request.META.get
        sent = (get("PATH_INFO"), get("QUERY_STRING", ""), *map(get, _variables(self.asks_by)))
        if self.asks_by_address:
            sent += (get("REMOTE_ADDR"), get("HTTP_X_FORWARDED_FOR"))
        if sum(map(len, filter(None, sent))) > MAX_LENGTH:
            return None
        return (type(self), self.action, identity.source, identity.now and identity.now.credentials, sent)


class StyleViewSet(ViewSetMixin, StyleView):
    """A viewset of one API style."""

    action: str


class UnknownPathView(StyleView):
    """Answers every path of a style that no other view does: 401 where the style asks for a credential, then 404."""

    http_method_names = ("get", "head", "post", "put", "patch", "delete", "options", "trace")

    def unknown(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise the 404."""
        raise not_found()

    get = post = put = patch = delete = head = trace = unknown
