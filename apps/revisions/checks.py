"""System checks of the tenants app."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections

from apps.revisions import triggers
from apps.revisions.models import Revision


@register(Tags.database)
def revision_triggers(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report revision triggers that are missing: without them an edit would not be seen.

    A warning, not an error: migrate, which installs them, runs no further than the first error.
    """
    messages: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if Revision._meta.db_table not in connection.introspection.table_names():
            continue
        messages += [
            CheckWarning(f"The trigger {name} is missing.", hint="Run manage.py migrate.", id="tenants.W001")
            for name in triggers.missing(connection)
        ]
    return messages
