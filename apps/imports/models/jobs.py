"""Imports that staff start in the back office."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Case, Exists, OuterRef, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from apps.imports.models.runs import WRITTEN, ImportRun
from apps.imports.offers import offered

# A job whose process has not been heard of for so long has lost it.
SILENCE = timedelta(seconds=30)
LOST = gettext_noop("Its process has ended before the job was done. Nothing was written.")


# How far a step is that has not begun.
NOWHERE = {"progress": "", "table": "", "done": 0, "total": None}


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    """The questions this project asks about import jobs."""

    def running(self) -> "ImportJobQuerySet":
        """Return the jobs that a process works on."""
        return self.filter(state__in=ImportJob.RUNNING)

    def mark_silent_as_lost(self, at: datetime | None = None) -> int:
        """Mark the jobs whose process has ended without a word, and return how many there were; one query.

        The record of an import is written with its rows, so it tells whether those of a job are.
        """
        silent = self.running().filter(heard_at__lt=(at or timezone.now()) - SILENCE)
        is_written = When(Exists(ImportRun.objects.filter(job=OuterRef("pk"))), then=Value(ImportJob.State.APPLIED))
        return silent.update(
            state=Case(is_written, default=Value(ImportJob.State.LOST)),
            error=Case(When(is_written.condition, then=Value("")), default=Value(LOST)),
        )

    def called(self, keys: Collection[str]) -> dict[str, str]:
        """Return what the page calls jobs, by primary key as text; one query."""
        return {
            str(job.pk): f"{job.label}, {date_format(timezone.localtime(job.started_at), 'DATETIME_FORMAT')}"
            for job in self.filter(pk__in=keys).only("what", "started_at")
        }

    def cancel(self, pk: int) -> bool:
        """Cancel a job, at once where it waits for somebody to apply it; False where there is nothing to cancel."""
        job = self.filter(pk=pk)
        return bool(
            job.filter(state=ImportJob.State.COMPARED).update(state=ImportJob.State.CANCELLED)
            or job.running().update(state=ImportJob.State.CANCELLING)
        )

    def claim(self, pk: int) -> bool:
        """Take a compared job for applying; False where someone else was faster."""
        compared = self.filter(pk=pk, state=ImportJob.State.COMPARED)
        return compared.update(state=ImportJob.State.APPLYING, heard_at=timezone.now(), **NOWHERE) == 1


class ImportJob(models.Model):
    """An import in two steps: compared with the data first, and applied when staff have read the report."""

    class State(models.TextChoices):
        """How far it is."""

        COMPARING = "comparing", "Comparing"
        COMPARED = "compared", "Compared; nothing is written yet"
        APPLYING = "applying", "Applying"
        APPLIED = "applied", "Applied"
        FAILED = "failed", "Failed"
        CANCELLING = "cancelling", "Being cancelled"
        CANCELLED = "cancelled", "Cancelled; nothing was written"
        LOST = "lost", "Ended without a result"

    RUNNING = (State.COMPARING, State.APPLYING, State.CANCELLING)

    what = models.CharField("what to import", max_length=40, help_text="A command with its arguments")
    file = models.CharField(max_length=255, blank=True, db_default="", editable=False, help_text="In the folder")
    force = models.BooleanField(
        "whatever it withdraws",
        default=False,
        help_text="Off: refused when the source looks empty or more than 5 % of a table would be withdrawn.",
    )
    started_by = models.CharField(max_length=150, editable=False)
    started_at = models.DateTimeField(auto_now_add=True)
    heard_at = models.DateTimeField(default=timezone.now, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.COMPARING, editable=False)
    progress = models.CharField(max_length=100, blank=True, editable=False)
    table = models.CharField(max_length=100, blank=True, db_default="", editable=False)
    done = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    total = models.PositiveBigIntegerField(null=True, editable=False)
    error = models.TextField(blank=True, editable=False)
    revision = models.BigIntegerField(null=True, editable=False, help_text="Of the data that was compared")
    sources = models.JSONField(default=dict, editable=False)
    report = models.JSONField(default=dict, editable=False)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        # The name of its first app, by which older processes know the table.
        db_table = "geography_importjob"
        ordering: ClassVar = ["-started_at"]
        verbose_name = "import to review"
        verbose_name_plural = "imports to review"

    def __str__(self) -> str:
        return f"{self.label}, {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def label(self) -> str:
        """What the page calls it; the command line itself where no app offers it any more."""
        return gettext(offered().get(self.what, self.what))

    @property
    def would_change(self) -> bool:
        """Whether what was compared would write anything."""
        return any(table["counts"].get(kind) for table in self.report.get("tables", ()) for kind in WRITTEN)

    @property
    def may_be_cancelled(self) -> bool:
        """Whether it would write something, and can still end without having done so."""
        is_waiting = self.state == self.State.COMPARED and self.would_change
        return is_waiting or self.state in (self.State.COMPARING, self.State.APPLYING)

    @property
    def is_running(self) -> bool:
        """Whether a process works on it."""
        return self.state in self.RUNNING
