"""The token endpoint: OAuth2 client credentials (RFC 6749, section 4.4)."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from django.utils.decorators import method_decorator
from django.utils.http import parse_header_parameters
from django.views.decorators.debug import sensitive_variables
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.cors import CrossOriginView
from apps.api.errors import Refusal
from apps.api.input import JSON_TYPES, form_body, json_body
from apps.api.views import StyleViewSet, UnknownPathView
from apps.api_keys.oauth import InvalidClient, issue_token
from apps.api_styles.tenant_countries import errors, serializers


class TokenViewSet(CrossOriginView, StyleViewSet):
    """Access tokens for OAuth2 clients, which name themselves in the body or by HTTP Basic."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    bucket = "token"
    envelope = staticmethod(errors.envelope)
    vary = ("Authorization", "Accept-Encoding", "Origin")
    cors_request_headers = ("Authorization", "Content-Type", "X-Request-Id")

    @method_decorator(sensitive_variables())
    def create(self, request: Request) -> Response:
        """Issue a token."""
        fields = read_fields(request)
        client_id, client_secret = read_client(request, fields)
        grant = fields.get("grant_type")
        if not grant:
            raise bad_request("invalid_request", "The parameter grant_type is required.")
        if grant != "client_credentials":
            raise bad_request("unsupported_grant_type", "The parameter grant_type must be client_credentials.")
        asked = fields.get("scope", "").split()
        # The tenant is the client's, whoever is named: it is no scope, and who names it alone asks for no other.
        scopes = [scope for scope in asked if not scope.startswith(serializers.TENANT_SCOPE)]
        try:
            issued = issue_token(client_id, client_secret, scopes)
        except InvalidClient:
            raise unknown_client() from None
        return Response(serializers.token(issued, asked), headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


class UnknownTokenPath(UnknownPathView):
    """Every other path beside the token endpoint."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    envelope = staticmethod(errors.envelope)


def read_fields(request: Request) -> dict[str, str]:
    """Return the fields of the body, a form or a JSON object of strings; raises the 400."""
    media_type, _ = parse_header_parameters(request.META.get("CONTENT_TYPE", "")[:256])
    if media_type not in JSON_TYPES:
        return form_body(request)
    fields: Any = json_body(request)
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise bad_request("invalid_request", "The body must be an object of strings.")
    return fields


@sensitive_variables()
def read_client(request: Request, fields: Mapping[str, str]) -> tuple[str, str]:
    """Return the id and the secret of the client; raises the 401, and the 400 where it names itself twice."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return fields.get("client_id", ""), fields.get("client_secret", "")
    if "client_secret" in fields:
        raise bad_request("invalid_request", "The client must authenticate in one way only.")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise unknown_client() from None
    client_id, _, client_secret = decoded.partition(":")
    return unquote_plus(client_id), unquote_plus(client_secret)


def bad_request(error: str, message: str) -> Refusal:
    """Return the 400 with an error of RFC 6749."""
    return Refusal(400, error, message, context={"oauth_error": error})


def unknown_client() -> Refusal:
    """Return the 401 for a client that is not known, or not by this secret."""
    return Refusal(
        401,
        "invalid_client",
        "The client is not known.",
        context={"oauth_error": "invalid_client"},
        headers={"WWW-Authenticate": 'Basic realm="gazetteer"', "Cache-Control": "no-store"},
    )
