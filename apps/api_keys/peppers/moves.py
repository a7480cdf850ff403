"""Keys on their way to the newest pepper: noted when one of an older pepper is used, written when the answer is out.

Ten minutes after a process has started it may move keys: by then every other one has been started anew, too. A key is
looked up once for each revision of the credentials and process, so a key that has moved costs nothing more. Each write
moves that revision, which makes every process look up every key again: so all that has come is written at once, and
every few seconds at most.
"""

import logging
from threading import Lock
from time import monotonic
from typing import NamedTuple

from django.db import DatabaseError, transaction

from apps.api_keys.models import ApiKey
from apps.revisions.sqlite3.base import patience

logger = logging.getLogger("gazetteer.api_keys")

PERIOD_SECONDS = 5.0
# Who has only read does not wait for those who write.
PATIENCE_SECONDS = 0.1
MOST = 1_000
# A process that has not been started anew yet does not know a pepper that this one has: it would refuse the key.
SETTLED_SECONDS = 600.0


class Move(NamedTuple):
    """A digest, and what comes in its place."""

    digest: str
    pepper_id: int
    new_digest: str


# By primary key.
pending: dict[int, Move] = {}
_lock = Lock()
_rests_until = 0.0
_started = monotonic()


def are_safe() -> bool:
    """Return whether every process can be taken to know the newest pepper by now."""
    return monotonic() - _started >= SETTLED_SECONDS


def note(pk: int, move: Move) -> None:
    """Remember that a key is to move."""
    if are_safe() and len(pending) < MOST:
        pending[pk] = move


def write() -> None:
    """Write what was noted. Never fails: what is not written is noted again."""
    global _rests_until  # noqa: PLW0603
    if not pending:
        return
    with _lock:
        if monotonic() < _rests_until:
            return
        _rests_until = monotonic() + PERIOD_SECONDS
        moves = dict(pending)
        pending.clear()
    try:
        with patience(PATIENCE_SECONDS), transaction.atomic():
            for pk, move in sorted(moves.items()):
                # Not one that has moved, or been issued anew, meanwhile.
                ApiKey.objects.filter(pk=pk, digest=move.digest).update(
                    digest=move.new_digest, pepper_id=move.pepper_id
                )
    except DatabaseError as error:
        logger.warning("%d keys have not moved to the newest pepper yet: %s", len(moves), type(error).__name__)
