"""From the Authorization header to the caller."""

from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from apps.api.errors import Refusal
from apps.api_keys import uses
from apps.api_keys.credentials import Caller, InvalidCredential, authenticate

REALM = 'Bearer realm="gazetteer"'


class BearerAuthentication(BaseAuthentication):
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

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge; it names an error only when a bearer was sent (RFC 6750, section 3.1)."""
        return f'{REALM}, error="invalid_token"' if _authorization(request)[0] == "bearer" else REALM


def _authorization(request: Request) -> tuple[str, str]:
    scheme, _, rest = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return scheme.lower(), rest.strip(" ")
