"""Anonymous log-in: what storefronts call before they read."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps import PROGRAM
from apps.api.cors import CrossOriginView, is_allowed
from apps.api.errors import Refusal, bad_parameter
from apps.api.views import StyleViewSet, UnknownPathView
from apps.api_keys import anonymous
from apps.api_keys.anonymous import AnonymousRefused, AnonymousSession
from apps.api_styles.tenant_countries import errors, serializers
from apps.tenants.models import Tenant

MAX_TOKEN_LENGTH = 512


class AnonymousViewSet(CrossOriginView, StyleViewSet):
    """Tokens for pages of the tenant's origins, and for whoever sends no origin."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    bucket = "token"
    envelope = staticmethod(errors.envelope)
    vary = ("Accept-Encoding", "Origin")
    cors_request_headers = ("Authorization", "Content-Type", "Accept-Language", "X-Request-Id")
    named: Tenant | None = None

    def login(self, request: Request) -> Response:
        """Begin a session."""
        return self.answer(request, anonymous.log_in)

    @method_decorator(sensitive_variables())
    def refresh(self, request: Request) -> Response:
        """Go on with a session."""
        renewal = self.required("refresh_token", max_length=MAX_TOKEN_LENGTH)
        return self.answer(request, lambda tenant, client_id: anonymous.renew(tenant, client_id, renewal))

    def answer(self, request: Request, issue: Callable[[Tenant, str], AnonymousSession]) -> Response:
        """Issue a token for the client that the query names; raises the 400, the 401 and the 403."""
        code, client_id = self.required("tenant"), self.required("client_id")
        self.named = anonymous.tenant_of(code)
        if self.named is None:
            raise refused(code)
        origin = request.headers.get("Origin", "")
        if origin and not is_allowed(origin, self.named.origins):
            raise Refusal(403, "permission_denied", "The tenant does not allow this origin.")
        try:
            session = issue(self.named, client_id)
        except AnonymousRefused:
            raise refused(code) from None
        return Response(serializers.anonymous(session), headers={"Cache-Control": "no-store", "Pragma": "no-cache"})

    def required(self, name: str, **limits: Any) -> str:
        """Return a parameter; raises the 400 where it is absent or empty."""
        value = self.query.one(name, **limits)
        if not value:
            raise bad_parameter(name, f"The parameter {name} is required.")
        return value

    def cors_headers(self, request: HttpRequest) -> dict[str, str]:
        """Let pages of the tenant's origins read the answer; before the tenant is known, those of anybody's."""
        origin = request.META.get("HTTP_ORIGIN", "")
        if self.named is not None and not is_allowed(origin, self.named.origins):
            return {}
        return super().cors_headers(request)


class UnknownAnonymousPath(UnknownPathView):
    """Every other path beside the log-in."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    envelope = staticmethod(errors.envelope)


def refused(code: str) -> Refusal:
    """Return the 401, the same whether there is no such tenant, it does not allow this, or has no such client."""
    message = (
        "No tenant that allows anonymous log-in has this code and this client. An operator allows it: "
        f"{PROGRAM} set_tenant, with --anonymous on."
    )
    headers = {"WWW-Authenticate": 'Bearer realm="gazetteer"', "Cache-Control": "no-store"}
    return Refusal(401, "invalid_client", message, context={"oauth_error": "invalid_client"}, headers=headers)
