"""Who may ask. A style lists these in `permission_classes`, in the order of refusal."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.api.authentication import is_by_public_header
from apps.api.errors import insufficient_scope


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
