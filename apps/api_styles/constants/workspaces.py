"""The tenant that a workspace id names. It is public: it proves nothing and opens nothing but a tenant's own list."""

from django.http import HttpRequest

from apps.api.callers import Authentication, Identity
from apps.api.named_tenants import NamedTenants
from apps.api_styles.constants.headers import WORKSPACE_ID
from apps.revisions import numbers

HEADER = "X-Workspace-Id"

_tenants = NamedTenants("workspace_id")


class WorkspaceAuthentication(Authentication):
    """`X-Workspace-Id: <id>`. Whom it does not find is anybody: the view refuses what names no workspace."""

    def identify(self, request: HttpRequest) -> Identity:
        """Return the enabled tenant that is named, if one is; a query for one that this process does not know."""
        workspace_id = request.META.get("HTTP_X_WORKSPACE_ID", "").strip()
        if not WORKSPACE_ID.fullmatch(workspace_id):
            return Identity("", None, None, numbers.recent(None))
        tenant, now = _tenants.find(workspace_id)
        return Identity(workspace_id if tenant else "", None, tenant, now)
