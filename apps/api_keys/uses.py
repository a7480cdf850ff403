"""When each credential was last used: noted while a request is answered, written when it has been."""

import logging
import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.api_keys.models import CredentialUse

logger = logging.getLogger("gazetteer.api_keys")

MAX_REMEMBERED = 10_000

_pending: dict[str, datetime] = {}
_written_at: dict[str, float] = {}


def is_due(credential_id: str) -> bool:
    """Return whether a use is worth noting: none was written in the last minute."""
    interval = settings.LAST_USED_INTERVAL_SECONDS
    return interval is not None and time.monotonic() - _written_at.get(credential_id, float("-inf")) >= interval


def note(credential_id: str) -> None:
    """Remember that the credential is being used, unless that was written less than a minute ago."""
    if is_due(credential_id):
        _pending[credential_id] = timezone.now()


def write(**kwargs: Any) -> None:
    """Write what was noted; a receiver of `request_finished`. Never fails: at worst a use is not recorded."""
    if not _pending:
        return
    noted = dict(_pending)
    _pending.clear()
    if len(_written_at) > MAX_REMEMBERED:
        _written_at.clear()
    _written_at.update(dict.fromkeys(noted, time.monotonic()))
    rows = [CredentialUse(credential_id=credential_id, last_used_at=at) for credential_id, at in noted.items()]
    try:
        with transaction.atomic():
            CredentialUse.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["credential_id"], update_fields=["last_used_at"]
            )
    except DatabaseError as error:
        logger.warning("The last use of %d credentials was not recorded: %s", len(rows), type(error).__name__)
