"""System checks of the staff app."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from apps import PROGRAM
from apps.back_office.sealing import Unreadable
from apps.staff.models import Device


# By the tag manage.py doctor asks for it.
@register("sign_in", Tags.database)
def second_steps_are_readable(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Count the second steps whose secret was stored under a SECRET_KEY that is not set: no code opens them."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        count = sum(1 for _ in _unreadable())
    except DatabaseError:
        # The tables come with migrate, which checks before it makes them.
        return []
    if not count:
        return []
    return [
        CheckWarning(
            f"{count} second steps cannot be read: they were stored under another SECRET_KEY.",
            hint=f"Add that to SECRET_KEY_FALLBACKS; or log in by a recovery code, or {PROGRAM} reset_second_step.",
            id="staff.W001",
        )
    ]


def _unreadable() -> Iterator[Device]:
    for device in Device.objects.filter(confirmed=True).only("key", "user"):
        try:
            _secret = device.bin_key
        except Unreadable:
            yield device
