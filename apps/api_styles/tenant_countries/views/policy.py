"""What all views of the style have in common: who may call, with which headers, and how errors look."""

from collections.abc import Sequence
from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps import PROGRAM
from apps.api.callers import BearerAuthentication, HasScope, TenantCredential, client_address
from apps.api.cors import CrossOriginView
from apps.api.errors import bad_parameter
from apps.api.views import Headers, UnknownPathView
from apps.api_styles.tenant_countries import errors
from apps.back_office.history.audit import Author

X_VERSION_HINT = (
    f"The header X-Version must be v2. The tenant can be set not to need it: {PROGRAM} set_tenant {{tenant}} "
    '--x-version optional, or the switch "requires X-Version" on its page in the back office.'
)


class OwnTenant(BasePermission):
    """The tenant in the path is the caller's; a foreign one and one that does not exist are refused alike."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Compare the codes."""
        return bool(view.kwargs.get("tenant") == view.caller.tenant.code)


class TenantCountriesView(CrossOriginView):
    """A private key or a token of the tenant in the path, for reading also an anonymous one; its origins' browsers."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (OwnTenant, TenantCredential, HasScope)
    envelope = staticmethod(errors.envelope)
    vary = (
        "Authorization", "Accept-Language", "X-Version", "X-Total-Count", "Emporix-Tenant", "Accept-Encoding", "Origin",
    )  # fmt: skip
    asks_by = ("Accept-Language", "X-Version", "X-Total-Count", "Emporix-Tenant")
    cors_request_headers = (
        "Authorization", "Content-Type", "Accept-Language", "X-Version", "X-Total-Count", "Emporix-Tenant", "If-Match",
        "If-None-Match", "X-Request-Id",
    )  # fmt: skip
    cors_exposed_headers = ("X-Total-Count", "ETag")
    is_versioned = True

    @property
    def origins(self) -> Sequence[str]:
        """The origins of the tenant."""
        return tuple(self.tenant.origins)

    @property
    def author(self) -> Author:
        """The caller, as the history names it."""
        return Author(
            {"tenant": self.tenant.code, "credential": f"{self.caller.kind} {self.caller.credential_id}"},
            address=client_address(self.request),
            request_id=getattr(self.request, "request_id", None),
        )

    def check_headers(self, headers: Headers) -> None:
        """Check X-Version and Emporix-Tenant."""
        version = headers.get("X-Version", "").strip(" \t")
        if self.is_versioned and self.tenant.requires_x_version and version != "v2":
            raise bad_parameter("X-Version", X_VERSION_HINT.format(tenant=self.tenant))
        if headers.get("Emporix-Tenant", "").strip(" \t") not in {"", self.tenant.code}:
            message = "Tenant in the header is not matching with the one provided in the URI."
            raise bad_parameter("Emporix-Tenant", message)


class UnknownPath(TenantCountriesView, UnknownPathView):
    """Every other path below a tenant."""

    is_versioned = False
