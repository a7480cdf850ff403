"""The tenant that a workspace id names. It is public: it proves nothing and opens nothing but a tenant's own list."""

from collections import OrderedDict
from threading import Lock

from rest_framework.request import Request

from apps.api.authentication import Identity, RememberingAuthentication
from apps.api_styles.constants.headers import WORKSPACE_ID
from apps.revisions import numbers
from apps.tenants.models import Tenant

HEADER = "X-Workspace-Id"
MAX_REMEMBERED = 10_000

_remembered: OrderedDict[str, Identity] = OrderedDict()
_lock = Lock()


class WorkspaceAuthentication(RememberingAuthentication):
    """`X-Workspace-Id: <id>`. Whom it does not find is anybody: the view refuses what names no workspace."""

    def authenticate(self, request: Request) -> tuple[None, Tenant] | None:
        """Return (None, tenant), or None where no enabled tenant is named; two queries at most."""
        workspace_id = request.headers.get(HEADER, "").strip()
        if not WORKSPACE_ID.fullmatch(workspace_id):
            return None
        # Before the row: what is remembered may be newer than its tag, never older.
        revision = numbers.recent(None).credentials
        with _lock:
            identity = _remembered.get(workspace_id)
        if identity is None or identity.revision != revision:
            tenants = Tenant.objects.select_related("plan").filter(workspace_id=workspace_id, is_enabled=True)
            tenant = tenants.first()
            if tenant is None:
                return None
            identity = Identity(tenant, tenant.pk, revision)
            self._remember(workspace_id, identity)
        return None, identity.auth

    def remembered(self, request: Request) -> Identity | None:
        """Return whom this process knows by the id, None where there is something to look up."""
        workspace_id = request.headers.get(HEADER, "").strip()
        if not workspace_id:
            return Identity(None, None, None)
        with _lock:
            return _remembered.get(workspace_id)

    def _remember(self, workspace_id: str, identity: Identity) -> None:
        with _lock:
            _remembered[workspace_id] = identity
            _remembered.move_to_end(workspace_id)
            if len(_remembered) > MAX_REMEMBERED:
                _remembered.popitem(last=False)
