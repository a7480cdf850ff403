"""The base of every view: policy hooks, order of refusal, headers that each answer carries."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, NoReturn, cast

from django.http import HttpRequest
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import AuthenticationFailed, MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from apps.api.client_address import client_address
from apps.api.conditional import is_current, strong_etag
from apps.api.errors import Problem, Refusal, not_found, to_problem
from apps.api.parameters import Query
from apps.api.throttling import RequestThrottle, refuse_flood
from apps.api_keys.credentials import Caller
from apps.tenants.models import Tenant


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
    rate_limits: Mapping[str, str] = MappingProxyType({})

    @staticmethod
    def envelope(problem: Problem, request: HttpRequest) -> Any:
        """Return the error body; a style sets its own."""
        raise NotImplementedError

    @property
    def caller(self) -> Caller:
        """Who is asking."""
        return cast(Caller, self.request.auth)

    @property
    def tenant(self) -> Tenant:
        """The tenant of the request: the caller's, unless a style says otherwise."""
        return self.caller.tenant

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
        self.query = Query(request)
        self.read(request)

    def perform_authentication(self, request: Request) -> None:
        """Authenticate now; DRF's own would look at `user`, which we do not have."""
        try:
            request.auth  # noqa: B018
        except AuthenticationFailed:
            refuse_flood(request)
            raise

    def check_address(self, request: Request) -> None:
        """Refuse a credential that may not be used from where the request comes."""
        caller = request.auth
        if isinstance(caller, Caller) and not caller.may_come_from(client_address(request)):
            raise Refusal(403, "permission_denied", "This credential may not be used from this address.")

    def read(self, request: Request) -> None:
        """Read and check headers and query into attributes; raises the 400."""

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

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Add Vary, Cache-Control and, to a 200 of GET or HEAD, the ETag; answer If-None-Match with 304."""
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, self.vary)
        for name, value in self.rate_limits.items():
            response.headers[name] = value
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = (
                self.cache_control if response.status_code == 200 else "private, no-cache"
            )
        if request.method in {"GET", "HEAD"} and response.status_code == 200:
            response.render()
            if "ETag" not in response.headers:
                response.headers["ETag"] = strong_etag(response.content)
            if is_current(request.headers.get("If-None-Match", ""), response.headers["ETag"]):
                response.status_code, response.content = 304, b""
                del response.headers["Content-Type"]
        return response


class StyleViewSet(ViewSetMixin, StyleView):
    """A viewset of one API style."""


class UnknownPathView(StyleView):
    """Answers every path of a style that no other view does: 401 where the style asks for a credential, then 404."""

    http_method_names = ("get", "head", "post", "put", "patch", "delete", "options", "trace")

    def unknown(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise the 404."""
        raise not_found()

    get = post = put = patch = delete = head = trace = unknown
