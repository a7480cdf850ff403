"""System checks of the revisions app."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections

from apps import PROGRAM
from apps.revisions import migrated, triggers


@register(Tags.database)
def standing_triggers(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Name each trigger that is not as it should be: without it edits would not be seen, or new tenants be empty.

    Warnings, not errors: migrate, which puts them right, runs no further than the first error.
    """
    messages: list[CheckMessage] = []
    for alias in databases or ():
        if later := migrated.from_later(connections[alias]):
            said = f"A later version of Gazetteer has migrated {alias}: {', '.join(later)}."
            messages.append(CheckWarning(said, hint="Go on with that version.", id="revisions.W002"))
            continue
        repairs = sorted(triggers.repairs(connections[alias]), key=lambda repair: (repair.wrong, repair.name))
        for wrong, group in groupby(repairs, key=lambda repair: repair.wrong):
            names = ", ".join(repair.name for repair in group)
            messages.append(
                CheckWarning(
                    f"Triggers {wrong} in {alias}: {names}.", hint=f"Run {PROGRAM} migrate.", id="revisions.W001"
                )
            )
    return messages
