"""From the Authorization header to the caller."""

from django.utils.encoding import force_str
from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from apps.api_keys.credentials import Caller, InvalidCredential, authenticate

REALM = 'Bearer realm="gazetteer"'


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <secret>`; a style that carries the secret elsewhere overrides `get_secret`."""

    def get_secret(self, request: Request) -> str:
        """Return the secret that was sent; raises NotAuthenticated when none was."""
        header = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer":
            raise NotAuthenticated
        return force_str(secret.strip(" "))

    @sensitive_variables("secret")
    def authenticate(self, request: Request) -> tuple[None, Caller]:
        """Return (None, caller); raises AuthenticationFailed with code "expired" or "invalid_token"."""
        secret = self.get_secret(request)
        try:
            return None, authenticate(secret)
        except InvalidCredential as error:
            raise AuthenticationFailed(code="expired" if error.is_expired else "invalid_token") from None

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge; it names an error only when a token was sent (RFC 6750, section 3.1)."""
        sent = request.META.get("HTTP_AUTHORIZATION", "").lower().startswith("bearer")
        return f'{REALM}, error="invalid_token"' if sent else REALM
