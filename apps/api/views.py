"""The base of every view: policy hooks, order of refusal, headers that each answer carries, stored answers."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import wraps
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import AuthenticationFailed, MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from apps.api.answers.representations import Representation
from apps.api.answers.store import Key, store
from apps.api.authentication import Identity, RememberingAuthentication
from apps.api.errors import Problem, Refusal, not_found, to_problem
from apps.api.limits.client_address import client_address
from apps.api.limits.throttling import RequestThrottle, refuse_flood
from apps.api.parameters import Query
from apps.api.renderers import JSONRenderer, to_json
from apps.api_keys.credentials import Caller
from apps.tenants.models import Tenant

PRIVATE = "private, no-cache"


def stored(build: Callable[..., Response]) -> Callable[..., HttpResponse]:
    """Make a handler of GET that answers from the store, out of a method that builds the answer.

    The method may look at `tenant`, `asked` and the path, and at nothing else of the request: whoever asks
    the same gets the same bytes.
    """

    @wraps(build)
    def handler(self: "StyleView", request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        representation, is_hit = store.get_or_build(self.key(build.__name__), lambda: self.built(build))
        reply = representation.reply(
            request.headers.get("Accept-Encoding", ""), request.headers.get("If-None-Match", "")
        )
        response = HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))
        if reply.status == 304:
            del response.headers["Content-Type"]
        if settings.DEBUG:
            response.headers["Server-Timing"] = f"store;desc={'hit' if is_hit else 'miss'}"
        return response

    handler.build = build  # type: ignore[attr-defined]
    return handler


class StyleView(APIView):
    """A view of one API style.

    A style sets once, for all its views: `authentication_classes`, `permission_classes`, `envelope` (its error
    body), `vary` (the request headers that shape its answers) and `cache_control`. It reads and checks headers
    and `query` in `read`, which runs when the caller is known and allowed; its handlers do the rest.
    """

    throttle_classes: Sequence[type[BaseThrottle]] = (RequestThrottle,)
    required_scopes: ClassVar[Mapping[str, str]] = {}
    vary: ClassVar[Sequence[str]] = ("Authorization", "Accept-Language", "Accept-Encoding", "Origin")
    cache_control = "private, no-cache"
    query: Query
    caller: Caller
    tenant: Tenant
    asked: Any = None
    rate_limits: Mapping[str, str] = MappingProxyType({})

    @staticmethod
    def envelope(problem: Problem, request: HttpRequest) -> Any:
        """Return the error body; a style sets its own."""
        raise NotImplementedError

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse in the order of the contracts: 401, 429, 403, 405, 400. OPTIONS needs no credential."""
        self.format_kwarg = None
        negotiated = self.perform_content_negotiation(request)
        request.accepted_renderer, request.accepted_media_type = negotiated
        if request.method == "OPTIONS":
            return
        self.perform_authentication(request)
        self.check_throttles(request)
        self.check_address(request)
        self.check_permissions(request)
        # As it was sent: Django writes it in capitals, and methods are case-sensitive.
        if request.META["REQUEST_METHOD"] not in self.allowed_methods:
            raise MethodNotAllowed(request.method or "")
        self.ask(request)

    def ask(self, request: Request) -> None:
        """Find out what is asked; raises the 400 and the 404."""
        self.query = Query(request)
        self.kwargs = self.canonical_path(**self.kwargs)
        self.asked = self.read(request)

    def perform_authentication(self, request: Request) -> None:
        """Authenticate now; DRF's own would look at `user`, which we do not have."""
        try:
            caller = request.auth
        except AuthenticationFailed:
            refuse_flood(request)
            raise
        self.admit(caller)

    def admit(self, auth: Any) -> None:
        """Note who is asking."""
        if isinstance(auth, Caller):
            self.caller = auth
            self.answer_for(auth.tenant)

    def answer_for(self, tenant: Tenant | None) -> None:
        """Note for which tenant to answer."""
        if tenant is not None:
            self.tenant = tenant

    def check_address(self, request: Request) -> None:
        """Refuse a credential that may not be used from where the request comes."""
        caller = request.auth
        if not isinstance(caller, Caller) or not caller.networks:
            return
        if not caller.may_come_from(client_address(request)):
            raise Refusal(403, "permission_denied", "This credential may not be used from this address.")

    @property
    def holder(self) -> Tenant | None:
        """The tenant whose view of the data is answered; None: that of everybody."""
        return self.tenant

    def canonical_path(self, **path: str) -> dict[str, str]:
        """Return the arguments of the path as we write them, where a client may write them in several ways."""
        return path

    def read(self, request: Request) -> Hashable:
        """Check headers and query, and return all that they ask for, in one way of saying it; raises the 400."""
        return None

    def key(self, name: str) -> Key:
        """Return what the answer of the method `name` depends on."""
        holder = self.holder
        path = tuple(self.kwargs.values())
        if holder is None:
            return Key(None, (type(self), name, path, self.asked))
        return Key(holder.pk, (type(self), name, path, self.asked, holder.sees()))

    def built(self, build: Callable[..., Response]) -> Representation:
        """Return the answer of a method that sees of the request only what is asked."""
        request = self.request
        self.request = self.query = None  # type: ignore[assignment]
        try:
            response = build(self, **self.kwargs)
        finally:
            self.request = request
        content = response.data if isinstance(response.data, bytes) else to_json(response.data)
        headers = {"Vary": ", ".join(self.vary), "Cache-Control": self.cache_control, **response.headers}
        return self.represent(content, headers | {"Content-Type": JSONRenderer.media_type})

    def represent(self, content: bytes, headers: Mapping[str, str]) -> Representation:
        """Return the bytes that the store holds."""
        return Representation(content, headers)

    def identify(self, request: Request) -> Identity | None:
        """Return whose request this is, out of this process's memory; None: it has to be looked up."""
        for authenticator in self.get_authenticators():
            if isinstance(authenticator, RememberingAuthentication):
                return authenticator.remembered(request)
        return None

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
        response = Response(type(self).envelope(problem, self.request), status=problem.status, headers=headers)
        response.exception = True
        return response

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> Response:
        """Add Vary, Cache-Control, and what is left of the caller's limits."""
        response = super().finalize_response(request, cast(Response, response), *args, **kwargs)
        patch_vary_headers(response, self.vary)
        response.headers.setdefault("Cache-Control", PRIVATE)
        for name, value in self.further_headers(request).items():
            response.headers[name] = value
        return response

    def further_headers(self, request: Request) -> Mapping[str, str]:
        """Return the headers that are of this request alone, whatever its answer."""
        return self.rate_limits


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
