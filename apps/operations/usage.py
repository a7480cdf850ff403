"""How much is asked by hour, style, status and credential, for staff: on the home page and on those of credentials."""

import atexit
import logging
import multiprocessing.util
import os
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock, Thread
from time import monotonic
from typing import NamedTuple

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.api_keys.models import RequestCount
from apps.operations.observation import Note
from apps.revisions.sqlite3.base import patience

logger = logging.getLogger("gazetteer.operations")

HOUR = 3600
KEPT = timedelta(days=90)
# What answers people, machines of the operator, and nobody.
UNCOUNTED = frozenset({"back_office", "none", "operations", "site", "static"})
# Sums that wait for a database which does not answer; further ones are dropped.
MOST_SUMS = 10_000
# Nobody waits for this, and it shall make no writer wait.
PATIENCE_SECONDS = 1.0
ADD = (
    "INSERT INTO api_keys_requestcount (hour, style, status, tenant, credential_id, number) "
    "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (hour, style, status, tenant, credential_id) "
    "DO UPDATE SET number = api_keys_requestcount.number + excluded.number"
)


class Counted(NamedTuple):
    """What requests have in common that are counted together. hour: since 1970."""

    hour: int
    style: str
    status: int
    tenant: str
    credential_id: str


class Usage:
    """A sink that adds requests up in memory, and writes the sums every so many seconds and when the process ends."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._due = monotonic() + every
        self._sums: Counter[Counted] = Counter()
        self._lock, self._writing = Lock(), Lock()
        os.register_at_fork(after_in_child=self._forget)
        # After the last notes have come, whichever way the process ends.
        atexit.register(self.write)
        multiprocessing.util.Finalize(None, self.write, exitpriority=0)

    def __call__(self, notes: Sequence[Note]) -> None:
        """Count; a thread of its own writes, since the log must not wait for a database."""
        seen = (
            Counted(int(note.at) // HOUR, note.style, note.status, note.tenant or "", note.key or "")
            for note in notes
            if note.style not in UNCOUNTED
        )
        with self._lock:
            self._sums.update(seen)
        if self._sums and monotonic() >= self._due:
            self._due = monotonic() + self._every
            Thread(target=self.write, name="usage", daemon=True).start()

    def write(self) -> None:
        """Add the sums to the table, and drop what is older than three months. Never fails: it is tried again later."""
        with self._writing:
            with self._lock:
                sums, self._sums = self._sums, Counter()
            if not sums:
                return
            try:
                _add(sums)
            except DatabaseError as error:
                logger.warning("How often was asked is not recorded yet: %s", type(error).__name__)
                with self._lock:
                    if len(self._sums) + len(sums) <= MOST_SUMS:
                        self._sums.update(sums)
            finally:
                if not connection.in_atomic_block:
                    connection.close()

    def _forget(self) -> None:
        self._lock, self._writing, self._sums = Lock(), Lock(), Counter()


def _add(sums: Counter[Counted]) -> None:
    written = connection.ops.adapt_datetimefield_value
    # In order, so that no two processes wait for one another.
    rows = [
        [written(datetime.fromtimestamp(each.hour * HOUR, UTC)), *each[1:], number]
        for each, number in sorted(sums.items())
    ]
    with patience(PATIENCE_SECONDS), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.executemany(ADD, rows)
        RequestCount.objects.filter(hour__lt=timezone.now() - KEPT).delete()
