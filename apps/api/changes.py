"""What has changed, as it is told to callers who ask and to receivers who are told."""

from typing import Any

from apps.geography.changes.feed import Page, Told
from apps.geography.changes.since import moment_of
from apps.tenants.models import Tenant


def listed(page: Page, tenant: Tenant) -> dict[str, Any]:
    """Return a page of changes, with where to go on."""
    changes = [change(told) for told in page.changes]
    return {"changes": changes, "next": page.next.token(tenant), "has_more": page.has_more}


def change(told: Told) -> dict[str, Any]:
    """Return what has become of a place."""
    return {
        "type": told.kind.label,
        "id": told.id,
        "change": told.what,
        "country": told.country,
        "redirect": told.redirect,
        "replaced_by": list(told.replaced_by),
        "at": moment(told.number),
    }


def moment(number: int) -> str:
    """Return when a revision was reached."""
    return moment_of(number).strftime("%Y-%m-%dT%H:%M:%SZ")
