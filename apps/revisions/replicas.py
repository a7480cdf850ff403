"""Reading from replicas of the database, for what takes long and can be checked.

Every database of `DATABASES` but the default is a replica. Only `at_one_moment` reads there: credentials, revisions
and all that is written stay with the primary.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from time import monotonic
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

from apps.revisions import numbers
from apps.revisions.numbers import Revisions

logger = logging.getLogger("gazetteer.revisions")

# How long a replica is left alone after it has failed, so that few requests wait for its connection.
REST_SECONDS = 5.0

Answer = TypeVar("Answer")

_reading = ContextVar("reading", default=DEFAULT_DB_ALIAS)
_turns = count()
_rests_until: dict[str, float] = {}


class Router:
    """Sends what is read inside `at_one_moment` to the database that it has chosen, everything else to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return where to read."""
        return _reading.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Return the primary."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Let rows that were read in different places belong together: they are of one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Migrate the primary alone."""
        return db == DEFAULT_DB_ALIAS


def at_one_moment(tenant_id: int | None, answer: Callable[[Revisions], Answer]) -> Answer:
    """Return what `answer` makes of one snapshot of the database; it is given the revisions of that snapshot.

    A replica answers if it has all that the primary has now for everybody and for this tenant. Where it lags behind
    or fails, even half-way, the primary answers, so `answer` may be called twice.
    """
    # A transaction that has begun already decides what is read.
    replica = None if connections[DEFAULT_DB_ALIAS].in_atomic_block else _next_replica()
    if replica is not None:
        needed = numbers.read_now(tenant_id)
        try:
            with numbers.snapshot(tenant_id, using=replica) as now:
                _rests_until.pop(replica, None)
                if now.reaches(needed):
                    with _reading_from(replica):
                        return answer(now)
        except (OperationalError, InterfaceError) as error:
            _leave_alone(replica)
            connections[replica].close()
            logger.warning("%s failed and is left alone for %d s: %s", replica, REST_SECONDS, error)
    with numbers.snapshot(tenant_id) as now:
        return answer(now)


def _next_replica() -> str | None:
    """Return the replica whose turn it is, None where there is none that works."""
    now = monotonic()
    awake = [name for name in connections if name != DEFAULT_DB_ALIAS and _rests_until.get(name, 0) <= now]
    if not awake:
        return None
    replica = awake[next(_turns) % len(awake)]
    if replica in _rests_until:
        # One caller tries whether it works again; the others go on without it meanwhile.
        _leave_alone(replica)
    return replica


def _leave_alone(replica: str) -> None:
    _rests_until[replica] = monotonic() + REST_SECONDS


@contextmanager
def _reading_from(alias: str) -> Iterator[None]:
    token = _reading.set(alias)
    try:
        yield
    finally:
        _reading.reset(token)
