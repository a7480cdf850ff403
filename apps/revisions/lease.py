"""The revisions as this process knows them without asking: for a database across a network.

With `REVISION_LEASE` a thread in each process that serves reads all numbers four times a second, and at once when
the database notifies it that one has moved. What it has read may be relied upon for a second, counted from before the
reading. So the bound holds by the clock alone, whatever becomes of the thread, its connection or the notifications.
"""

import logging
import time
from collections.abc import Mapping
from threading import Event, Lock, Thread
from time import monotonic
from typing import NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from apps.revisions.movers import REVISIONS
from apps.revisions.triggers import Body, Trigger

logger = logging.getLogger("gazetteer.revisions")

LEASE_SECONDS = 1.0
PERIOD_SECONDS = 0.25
RETRY_SECONDS = 1.0
CHANNEL = "gazetteer_revisions"
# Writers pay for it: transactions that notify are committed one after another.
NOTIFICATION = Trigger(
    name="notify_of_revision",
    table=REVISIONS,
    event="INSERT OR UPDATE",
    target=REVISIONS,
    postgresql=Body(f"PERFORM pg_notify('{CHANNEL}', '');"),
)
# A network that swallows packets ends the connection, instead of holding the thread up for a quarter of an hour.
CONNECTION = {
    "application_name": "gazetteer lease",
    "autocommit": True,
    "connect_timeout": 2,
    "tcp_user_timeout": 2_000,
}


class _Held(NamedTuple):
    numbers: Mapping[str, int]
    until: float


class Lease:
    """The numbers of all revisions, kept up by a thread that the first question starts."""

    def __init__(self) -> None:
        self._held = _Held({}, 0.0)
        self._thread: Thread | None = None
        self._lock = Lock()
        self._closing = Event()

    def known(self) -> Mapping[str, int] | None:
        """Return the numbers by name, none older than the lease; None where it has run out."""
        held = self._held
        if monotonic() < held.until:
            return held.numbers
        self._ensure_thread()
        return None

    def close(self) -> None:
        """Stop the thread; the next question after the lease starts another."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    def _ensure_thread(self) -> None:
        with self._lock:
            # One that a fork has left behind in the parent is not alive here.
            if self._thread is None or not self._thread.is_alive():
                self._closing.clear()
                self._thread = Thread(target=self._run, name="revision-lease", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        # Here, as commands on SQLite do without it.
        import psycopg

        while not self._closing.is_set():
            try:
                self._follow()
            except psycopg.Error as error:
                logger.warning("The lease of the revisions is interrupted; requests ask the database. %s", error)
                self._closing.wait(RETRY_SECONDS)

    def _follow(self) -> None:
        """Renew the lease until it is closed; raises psycopg's errors."""
        from psycopg import connect

        parameters = connections[DEFAULT_DB_ALIAS].get_connection_params() | CONNECTION
        with connect(**parameters) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            while not self._closing.is_set():
                # Before the reading: whatever was committed until then is in it.
                until = monotonic() + LEASE_SECONDS
                rows = connection.execute("SELECT name, number FROM tenants_revision").fetchall()
                self._held = _Held(dict(rows), until)
                for _ in connection.notifies(timeout=PERIOD_SECONDS, stop_after=1):
                    pass


_lease = Lease()


def known() -> Mapping[str, int] | None:
    """Return the numbers by name where this process holds a lease of them, None where it has run out."""
    return _lease.known()


def wait() -> None:
    """Return once no process can go by anything older than what is committed now: with leases, in a second."""
    if settings.REVISION_LEASE:
        time.sleep(LEASE_SECONDS)
