"""System checks of the revisions app."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections

from apps.revisions import triggers


@register(Tags.database)
def standing_triggers(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report each trigger that is not as it should be: without it an edit would not be seen, or a tenant be empty.

    A warning, not an error: migrate, which installs them, runs no further than the first error.
    """
    return [
        CheckWarning(str(repair), hint="Run manage.py migrate.", id="revisions.W001")
        for alias in databases or ()
        for repair in triggers.repairs(connections[alias])
    ]
