"""The tenant that a public name means, for requests that carry no credential."""

from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache

from apps.revisions import numbers
from apps.revisions.numbers import Revisions
from apps.tenants.models import Tenant

MAX_REMEMBERED = 10_000


class _Remembered(NamedTuple):
    """A tenant as it was at one revision of the credentials."""

    tenant: Tenant
    revision: int


class NamedTenants:
    """Finds enabled tenants by one field that is unique, and remembers them while nothing has changed."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._remembered: LRUCache[str, _Remembered] = LRUCache(MAX_REMEMBERED)
        self._lock = Lock()

    def find(self, name: str) -> tuple[Tenant | None, Revisions]:
        """Return the tenant, None where there is none, and what is current; a query for one not known yet."""
        with self._lock:
            entry = self._remembered.get(name)
        now = numbers.recent(entry.tenant.pk if entry else None)
        if entry is None or entry.revision != now.credentials:
            tenants = Tenant.objects.select_related("plan").filter(**{self._field: name}, is_enabled=True)
            tenant = tenants.first()
            if tenant is None:
                return None, now
            # The revision was read before the row: what is remembered may be newer than its tag, never older.
            entry = _Remembered(tenant, now.credentials)
            with self._lock:
                self._remembered[name] = entry
            now = numbers.recent(tenant.pk)
        return entry.tenant, now
