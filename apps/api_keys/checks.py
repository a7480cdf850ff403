"""System checks of the api_keys app."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from apps import PROGRAM
from apps.api_keys.peppers.in_use import dependants


@register(Tags.database)
def peppers_are_there(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Name each pepper that credentials are stored under and that is not set: they do not work."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        gone = {pepper: count for pepper, count in dependants().items() if pepper not in settings.API_KEY_PEPPERS}
    except DatabaseError:
        # The tables come with migrate, which checks before it makes them.
        return []
    return [
        CheckWarning(
            f"{count} credentials do not work, since API_KEY_PEPPER_{pepper} is not set.",
            hint=f"Set it again until they have moved, or revoke them: {PROGRAM} list_api_keys --pepper {pepper}",
            id="api_keys.W001",
        )
        for pepper, count in gone.items()
    ]
