"""Who asks, from where, and whether they may.

A forwarded address is believed only from a proxy that the operator has named. A style lists how its callers say who
they are in `authentication_classes`, and who of them may ask in `permission_classes`, in the order of refusal.
"""

from collections.abc import Hashable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.api.errors import Refusal, insufficient_scope
from apps.api_keys import credentials
from apps.api_keys.credentials import Caller, InvalidCredential
from apps.revisions.numbers import Revisions
from apps.tenants.models import Tenant

Address = IPv4Address | IPv6Address
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
        if caller.credential_id not in credentials.recently_used:
            credentials.note_use(caller.credential_id)
        return Identity((caller.kind, caller.credential_id, caller.scopes), caller, caller.tenant, now)

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge; it names an error only when a bearer was sent (RFC 6750, section 3.1)."""
        return f'{REALM}, error="invalid_token"' if _authorization(request)[0] == "bearer" else REALM


class KeyAuthentication(BearerAuthentication):
    """A secret in a header of its own, `X-API-KEY` unless a style has another; where that is blank, as a bearer."""

    variable: ClassVar[str] = "HTTP_X_API_KEY"

    def get_secret(self, request: HttpRequest) -> str:
        """Return the secret that was sent; raises NotAuthenticated when none was."""
        return _key(request, self.variable) or super().get_secret(request)

    def identify(self, request: HttpRequest) -> Identity:
        """Return who asks; raises the 401."""
        if "HTTP_AUTHORIZATION" in request.META or _key(request, self.variable):
            return super().identify(request)
        return self.anybody()

    def anybody(self) -> Identity:
        """Return as whom they ask who send nothing; raises the 401."""
        raise NotAuthenticated

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge; it names an error only when a secret was sent."""
        if _key(request, self.variable):
            return f'{REALM}, error="invalid_token"'
        return super().authenticate_header(request)


class PublicKeyAuthentication(BearerAuthentication):
    """`X-API-KEY: <secret>`, as browsers send it."""

    def get_secret(self, request: HttpRequest) -> str:
        """Return the secret that was sent; raises NotAuthenticated when none was."""
        secret = _key(request)
        if not secret:
            raise NotAuthenticated
        return secret

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge; it names an error only when a key was sent."""
        return f'{REALM}, error="invalid_token"' if _key(request) else REALM


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
    return "HTTP_AUTHORIZATION" not in request.META and bool(_key(request))


def _carrier(request: HttpRequest) -> BearerAuthentication:
    return PublicKeyAuthentication() if is_by_public_header(request) else BearerAuthentication()


def _key(request: HttpRequest, variable: str = "HTTP_X_API_KEY") -> str:
    """Return what a header for keys says; blank is nothing."""
    return str(request.META.get(variable, "").strip())


def _authorization(request: HttpRequest) -> tuple[str, str]:
    scheme, _, rest = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return scheme.lower(), rest.strip(" ")


class DenyAll(BasePermission):
    """The default: a view that forgets its style answers nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse."""
        return False


class PrivateCredential(BasePermission):
    """A private key or an access token; a public key, which anyone may have read, is refused."""

    message = "This key may not be used here: it takes a private key."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse what anyone may hold."""
        return not (view.caller.is_public or view.caller.is_anonymous)


class TenantCredential(BasePermission):
    """A private key or an access token, also one of an anonymous log-in, whose lack of scopes lets it read alone."""

    message = "This key may not be used here: it takes a private key."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse public keys."""
        return not view.caller.is_public


class PublicCredential(BasePermission):
    """A public key; a private one, which no browser should hold, is refused."""

    message = "This key may not be used here: it takes a public key."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse private keys and access tokens."""
        return bool(view.caller.is_public)


class AnyCredential(BasePermission):
    """A private key or an access token as a bearer, or a public key in `X-API-KEY`; not one for the other."""

    message = "This key may not be used so: a private key goes into Authorization, a public one into X-API-KEY."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse a private key that a page may have sent, a public one as a bearer, and what anyone may hold."""
        return bool(view.caller.is_public) == is_by_public_header(request) and not view.caller.is_anonymous


class HasScope(BasePermission):
    """The scope that `view.required_scopes` names for the method; a method it does not name needs none."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse with the scope in the challenge."""
        scope = view.required_scopes.get(request.method)
        if scope is not None and scope not in view.caller.scopes:
            raise insufficient_scope(scope)
        return True


def client_address(request: HttpRequest) -> str:
    """Return the client's address, "" where there is none (a Unix socket).

    The nearest address in X-Forwarded-For that is not a trusted proxy's: what stands left of it may be invented.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    address = _parse(peer)
    proxies = _trusted(tuple(settings.TRUSTED_PROXIES))
    if address is None or not _is_within(address, proxies):
        return str(address) if address else peer
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        forwarded = _parse(hop.strip())
        if forwarded is None:
            break
        address = forwarded
        if not _is_within(address, proxies):
            break
    return str(address)


def client_network(request: HttpRequest) -> str:
    """Return what one subscriber holds, for counting: an IPv4 address, or the /64 of an IPv6 one."""
    text = client_address(request)
    address = _parse(text)
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else text


@lru_cache(maxsize=8)
def _trusted(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network) for network in networks)


def _is_within(address: Address, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return any(address in network for network in networks)


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # An IPv4 client of a socket that listens on both looks like ::ffff:192.0.2.1.
    return getattr(address, "ipv4_mapped", None) or address
