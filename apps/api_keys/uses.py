"""When each credential was last used: noted while a request is answered, written when it has been.

So are keys that move to another pepper (see `moves`).
"""

import logging
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any

from cachetools import TTLCache
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.api_keys import moves
from apps.api_keys.models import CredentialUse
from apps.revisions.sqlite3.base import patience

logger = logging.getLogger("gazetteer.api_keys")

MAX_REMEMBERED = 10_000
# Who has only read does not wait for those who write, and tries again later.
PATIENCE_SECONDS = 0.1
REST_SECONDS = 1.0

# Credentials whose use was written within the interval.
recent: TTLCache[str, None] = TTLCache(MAX_REMEMBERED, ttl=settings.LAST_USED_INTERVAL_SECONDS or 0)
# What is to be written.
pending: dict[str, datetime] = {}
_lock = Lock()
_rests_until = 0.0


def note(credential_id: str) -> None:
    """Remember that the credential is being used, unless that was written within the interval."""
    if settings.LAST_USED_INTERVAL_SECONDS is not None and credential_id not in recent:
        pending[credential_id] = timezone.now()


def are_due() -> bool:
    """Return whether there is something to write, and it is not too soon after a failure."""
    return bool(pending) and monotonic() >= _rests_until


def write(**kwargs: Any) -> None:
    """Write what was noted; a receiver of `request_finished`. Never fails: what is not written now is written later."""
    global _rests_until  # noqa: PLW0603
    if moves.pending:
        moves.write()
    if not are_due():
        return
    with _lock:
        noted = dict(pending)
        pending.clear()
        recent.update(dict.fromkeys(noted))
    rows = [CredentialUse(credential_id=credential_id, last_used_at=at) for credential_id, at in noted.items()]
    try:
        with patience(PATIENCE_SECONDS), transaction.atomic():
            CredentialUse.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["credential_id"], update_fields=["last_used_at"]
            )
    except DatabaseError as error:
        _rests_until = monotonic() + REST_SECONDS
        for credential_id, at in noted.items():
            if len(pending) < MAX_REMEMBERED:
                pending.setdefault(credential_id, at)
        logger.warning("The last use of %d credentials was not recorded yet: %s", len(rows), type(error).__name__)
