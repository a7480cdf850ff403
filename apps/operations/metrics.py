"""Numbers for Prometheus, of all processes that serve on this machine.

Each process has files of its own under PROMETHEUS_MULTIPROC_DIR, which has to be set before this is imported; who
is asked adds up all of them. Without it, as in tests, the numbers are this process's alone.
"""

import os
from bisect import bisect_left
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import WeakSet

from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Count, Max
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from apps.imports.models import ImportJob, ImportRun
from apps.operations.observation import Note
from apps.webhooks.models import Message, OffBecause, Webhook

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
OWN = CollectorRegistry()


class Times(Histogram):
    """A histogram that takes many observations at once, so that a request costs a share of one."""

    def add(self, seconds: Sequence[float]) -> None:
        """Observe each."""
        self._sum.inc(sum(seconds))
        for place, number in Tally(bisect_left(self._upper_bounds, each) for each in seconds).items():
            self._buckets[place].inc(number)


REQUESTS = Counter("gazetteer_requests", "Requests answered.", ["style", "status"], registry=OWN)
TIMES = Times("gazetteer_request_seconds", "Until an answer was ready.", ["style"], buckets=SECONDS, registry=OWN)
STORE = Counter("gazetteer_store", "Answers looked for in the store.", ["style", "outcome"], registry=OWN)
BUILDS = Times("gazetteer_build_seconds", "To build what was not there.", ["style"], buckets=SECONDS, registry=OWN)
LIMITED = Counter("gazetteer_limited", "Requests refused by a limit (429).", ["style"], registry=OWN)
SESSIONS = Gauge(
    "gazetteer_database_sessions", "Open sessions with databases.", registry=OWN, multiprocess_mode="livesum"
)

_databases: WeakSet[BaseDatabaseWrapper] = WeakSet()


def _remember(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    _databases.add(connection)


connection_created.connect(_remember, dispatch_uid="sessions for metrics")


def count(notes: Sequence[Note]) -> None:
    """Add what was noted to the numbers of this process."""
    requests: Tally[tuple[str, int]] = Tally()
    outcomes: Tally[tuple[str, str]] = Tally()
    times, builds = defaultdict(list), defaultdict(list)
    for note in notes:
        style = note.style
        requests[style, note.status] += 1
        times[style].append(note.seconds)
        if note.store:
            outcomes[style, note.store] += 1
        if note.store == "miss":
            builds[style].append(note.build_seconds)
    for (style, status), number in requests.items():
        REQUESTS.labels(style, str(status)).inc(number)
        if status == 429:
            LIMITED.labels(style).inc(number)
    for (style, outcome), number in outcomes.items():
        STORE.labels(style, outcome).inc(number)
    for histogram, seconds_of in ((TIMES, times), (BUILDS, builds)):
        for style, seconds in seconds_of.items():
            histogram.labels(style).add(seconds)
    SESSIONS.set(sum(database.connection is not None for database in list(_databases)))


class Stored(Collector):
    """What the database says of imports and webhooks, when it is asked."""

    def collect(self) -> Iterator[Metric]:
        """Yield when each import last wrote something, how many jobs are in which state, and webhooks; four queries."""
        up = GaugeMetricFamily("gazetteer_database_up", "Whether the database answers.")
        try:
            last = GaugeMetricFamily("gazetteer_import_timestamp_seconds", "When each last wrote.", labels=["command"])
            for command, at in ImportRun.objects.order_by().values_list("command").annotate(at=Max("started_at")):
                last.add_metric([command], at.timestamp())
            jobs = GaugeMetricFamily("gazetteer_import_jobs", "Imports of staff's by state.", labels=["state"])
            for state, number in ImportJob.objects.order_by().values_list("state").annotate(number=Count("pk")):
                jobs.add_metric([state], number)
            webhooks = list(_webhooks())
            up.add_metric([], 1)
            yield from (last, jobs, *webhooks, up)
        except Error:
            up.add_metric([], 0)
            yield up


def _webhooks() -> Iterator[Metric]:
    """Yield what became of the messages of each webhook, how many webhooks are off, and how many messages wait."""
    sent = CounterMetricFamily(
        "gazetteer_webhook_deliveries", "Messages sent.", labels=["tenant", "webhook", "outcome"]
    )
    off: Tally[str] = Tally()
    told = ("tenant__code", "pk", "delivered", "failed", "off_because")
    for tenant, pk, delivered, failed, off_because in Webhook.objects.values_list(*told):
        sent.add_metric([tenant, str(pk), "delivered"], delivered)
        sent.add_metric([tenant, str(pk), "failed"], failed)
        off[off_because] += 1
    yield sent
    states = GaugeMetricFamily("gazetteer_webhooks", "Webhooks: on, or why they are off.", labels=["state"])
    for state in ("", *OffBecause.values):
        states.add_metric([state or "on"], off[state])
    yield states
    waiting = GaugeMetricFamily("gazetteer_webhook_messages_waiting", "In hand, or to be sent again.")
    waiting.add_metric([], Message.objects.count())
    yield waiting


def exposition() -> bytes:
    """Return the numbers of all processes in the text format of Prometheus."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return generate_latest(OWN) + generate_latest(_of_the_database())
    _forget_the_dead(Path(folder))
    registry = _of_the_database()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _of_the_database() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Stored())
    return registry


def _forget_the_dead(folder: Path) -> None:
    """Leave out the gauges of processes that have ended; what they have counted stays counted."""
    for file in folder.glob("gauge_live*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):
                mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
        except PermissionError:
            continue
