"""The tenant that a workspace id names. It is public: it proves nothing and opens nothing but a tenant's own list."""

from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache
from django.http import HttpRequest

from apps.api.authentication import Authentication, Identity
from apps.api_styles.constants.headers import WORKSPACE_ID
from apps.revisions import numbers
from apps.tenants.models import Tenant

HEADER = "X-Workspace-Id"
MAX_REMEMBERED = 10_000


class _Remembered(NamedTuple):
    """A tenant as it was at one revision of the credentials."""

    tenant: Tenant
    revision: int


_remembered: LRUCache[str, _Remembered] = LRUCache(MAX_REMEMBERED)
_lock = Lock()


class WorkspaceAuthentication(Authentication):
    """`X-Workspace-Id: <id>`. Whom it does not find is anybody: the view refuses what names no workspace."""

    def identify(self, request: HttpRequest) -> Identity:
        """Return the enabled tenant that is named, if one is; a query for one that this process does not know."""
        workspace_id = request.META.get("HTTP_X_WORKSPACE_ID", "").strip()
        if not WORKSPACE_ID.fullmatch(workspace_id):
            return Identity("", None, None, numbers.recent(None))
        with _lock:
            entry = _remembered.get(workspace_id)
        now = numbers.recent(entry.tenant.pk if entry else None)
        if entry is None or entry.revision != now.credentials:
            tenants = Tenant.objects.select_related("plan").filter(workspace_id=workspace_id, is_enabled=True)
            tenant = tenants.first()
            if tenant is None:
                return Identity("", None, None, now)
            # The revision was read before the row: what is remembered may be newer than its tag, never older.
            entry = _Remembered(tenant, now.credentials)
            with _lock:
                _remembered[workspace_id] = entry
            now = numbers.recent(tenant.pk)
        return Identity(workspace_id, None, entry.tenant, now)
