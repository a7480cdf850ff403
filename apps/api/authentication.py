"""From the Authorization header to the caller."""

from typing import Any, NamedTuple

from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from apps.api.errors import Refusal
from apps.api_keys import credentials, uses
from apps.api_keys.credentials import Caller, InvalidCredential, authenticate

REALM = 'Bearer realm="gazetteer"'


class Identity(NamedTuple):
    """Who a request is from, as this process remembers it: true while the credentials are at `revision`.

    `auth` is what the authenticator would return, `revision` None where nobody has to be known.
    """

    auth: Any
    tenant_id: int | None
    revision: int | None


class RememberingAuthentication(BaseAuthentication):
    """An authentication that can also tell whom it knows already, for answers from the store."""

    def remembered(self, request: Request) -> Identity | None:
        """Return whose request this is, out of this process's memory; None: it has to be looked up."""
        raise NotImplementedError


class BearerAuthentication(RememberingAuthentication):
    """`Authorization: Bearer <secret>`; a style that carries the secret elsewhere overrides `get_secret`."""

    def get_secret(self, request: Request) -> str:
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
    def authenticate(self, request: Request) -> tuple[None, Caller]:
        """Return (None, caller); raises AuthenticationFailed with code "expired" or "invalid_token"."""
        secret = self.get_secret(request)
        try:
            caller = authenticate(secret)
        except InvalidCredential as error:
            raise AuthenticationFailed(code="expired" if error.is_expired else "invalid_token") from None
        uses.note(caller.credential_id)
        return None, caller

    def remembered(self, request: Request) -> Identity | None:
        """Return whom this process knows by the secret, None where there is something to look up or to write."""
        secret = self.get_secret(request)
        entry = credentials.remembered(secret)
        if entry is None or entry.is_expired() or uses.is_due(entry.caller.credential_id):
            return None
        return Identity(entry.caller, entry.caller.tenant.pk, entry.revision)

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge; it names an error only when a bearer was sent (RFC 6750, section 3.1)."""
        return f'{REALM}, error="invalid_token"' if _authorization(request)[0] == "bearer" else REALM


def _authorization(request: Request) -> tuple[str, str]:
    scheme, _, rest = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return scheme.lower(), rest.strip(" ")
