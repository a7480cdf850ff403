"""From the Authorization header to the caller."""

from collections.abc import Hashable
from typing import NamedTuple

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from apps.api.errors import Refusal
from apps.api_keys import credentials, uses
from apps.api_keys.credentials import Caller, InvalidCredential
from apps.revisions.numbers import Revisions
from apps.tenants.models import Tenant

REALM = 'Bearer realm="gazetteer"'


class Identity(NamedTuple):
    """Who asks, and whose view of the data is answered, None: everybody's.

    `source` tells callers apart that are not asked alike; `now`: the revisions at which it is so.
    """

    source: Hashable
    caller: Caller | None
    tenant: Tenant | None
    now: Revisions | None


NOBODY = Identity("", None, None, None)


class Authentication(BaseAuthentication):
    """How a style's requests say whom they are from."""

    def identify(self, request: HttpRequest) -> Identity:
        """Return who asks; raises the 401."""
        raise NotImplementedError


class BearerAuthentication(Authentication):
    """`Authorization: Bearer <secret>`; a style that carries the secret elsewhere overrides `get_secret`."""

    def get_secret(self, request: HttpRequest) -> str:
        """Return the secret that was sent; raises NotAuthenticated when none was, 400 for two headers."""
        scheme, secret = _authorization(request)
        if scheme != "bearer":
            raise NotAuthenticated
        # Servers join repeated headers with a comma, which no token contains.
        if "," in secret:
            message = "The request has two Authorization headers, or a malformed one."
            challenge = f'{REALM}, error="invalid_request"'
            raise Refusal(400, "invalid_request", message, headers={"WWW-Authenticate": challenge})
        return secret

    @sensitive_variables("secret")
    def identify(self, request: HttpRequest) -> Identity:
        """Return the caller; raises AuthenticationFailed with code "expired" or "invalid_token"."""
        secret = self.get_secret(request)
        try:
            caller, now = credentials.identify(secret)
        except InvalidCredential as error:
            raise AuthenticationFailed(code="expired" if error.is_expired else "invalid_token") from None
        if caller.credential_id not in uses.recent:
            uses.note(caller.credential_id)
        return Identity((caller.kind, caller.credential_id, caller.scopes), caller, caller.tenant, now)

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge; it names an error only when a bearer was sent (RFC 6750, section 3.1)."""
        return f'{REALM}, error="invalid_token"' if _authorization(request)[0] == "bearer" else REALM


class PublicKeyAuthentication(BearerAuthentication):
    """`X-API-KEY: <secret>`, as browsers send it."""

    def get_secret(self, request: HttpRequest) -> str:
        """Return the secret that was sent; raises NotAuthenticated when none was."""
        secret: str = request.META.get("HTTP_X_API_KEY", "").strip()
        if not secret:
            raise NotAuthenticated
        return secret

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge; it names an error only when a key was sent."""
        return f'{REALM}, error="invalid_token"' if request.headers.get("X-Api-Key") else REALM


class AnyKeyAuthentication(Authentication):
    """Either of both: `X-API-KEY` counts where there is no Authorization header."""

    def identify(self, request: HttpRequest) -> Identity:
        """Return who asks; raises the 401."""
        return _carrier(request).identify(request)

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge."""
        return _carrier(request).authenticate_header(request)


def is_by_public_header(request: HttpRequest) -> bool:
    """Return whether the credential is one that `AnyKeyAuthentication` takes from `X-API-KEY`."""
    return "HTTP_AUTHORIZATION" not in request.META and bool(request.META.get("HTTP_X_API_KEY", "").strip())


def _carrier(request: HttpRequest) -> BearerAuthentication:
    return PublicKeyAuthentication() if is_by_public_header(request) else BearerAuthentication()


def _authorization(request: HttpRequest) -> tuple[str, str]:
    scheme, _, rest = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return scheme.lower(), rest.strip(" ")
