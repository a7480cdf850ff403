"""When each credential was last used: noted while a request is answered, written when it has been."""

import logging
from datetime import datetime
from threading import Lock
from typing import Any

from cachetools import TTLCache
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.api_keys.models import CredentialUse

logger = logging.getLogger("gazetteer.api_keys")

MAX_REMEMBERED = 10_000

# Credentials whose use was written within the interval.
recent: TTLCache[str, None] = TTLCache(MAX_REMEMBERED, ttl=settings.LAST_USED_INTERVAL_SECONDS or 0)
# What is to be written.
pending: dict[str, datetime] = {}
_lock = Lock()


def note(credential_id: str) -> None:
    """Remember that the credential is being used, unless that was written within the interval."""
    if settings.LAST_USED_INTERVAL_SECONDS is not None and credential_id not in recent:
        pending[credential_id] = timezone.now()


def write(**kwargs: Any) -> None:
    """Write what was noted; a receiver of `request_finished`. Never fails: at worst a use is not recorded."""
    if not pending:
        return
    with _lock:
        noted = dict(pending)
        pending.clear()
        recent.update(dict.fromkeys(noted))
    rows = [CredentialUse(credential_id=credential_id, last_used_at=at) for credential_id, at in noted.items()]
    try:
        with transaction.atomic():
            CredentialUse.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["credential_id"], update_fields=["last_used_at"]
            )
    except DatabaseError as error:
        logger.warning("The last use of %d credentials was not recorded: %s", len(rows), type(error).__name__)
