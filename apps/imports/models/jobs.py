"""Imports that staff start in the back office."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from apps.imports.offers import offered

# A job whose process has not been heard of for so long has lost it.
SILENCE = timedelta(seconds=30)
LOST = (
    "Its process has ended before the job was done. If it was to apply a report, it has written all of it or nothing: "
    "the list of imports has it, or not."
)


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    """The questions this project asks about import jobs."""

    def running(self) -> "ImportJobQuerySet":
        """Return the jobs that a process works on."""
        return self.filter(state__in=ImportJob.RUNNING)

    def mark_silent_as_failed(self, at: datetime | None = None) -> int:
        """Mark as failed the jobs whose process has ended without a word, and return how many there were; one query."""
        silent = self.running().filter(heard_at__lt=(at or timezone.now()) - SILENCE)
        return silent.update(state=ImportJob.State.FAILED, error=LOST)

    def claim(self, pk: int) -> bool:
        """Take a compared job for applying; False where someone else was faster."""
        compared = self.filter(pk=pk, state=ImportJob.State.COMPARED)
        return compared.update(state=ImportJob.State.APPLYING, progress="", heard_at=timezone.now()) == 1


class ImportJob(models.Model):
    """An import in two steps: compared with the data first, and applied when staff have read the report."""

    class State(models.TextChoices):
        """How far it is."""

        COMPARING = "comparing", "Comparing"
        COMPARED = "compared", "Compared; nothing is written yet"
        APPLYING = "applying", "Applying"
        APPLIED = "applied", "Applied"
        FAILED = "failed", "Failed"

    RUNNING = (State.COMPARING, State.APPLYING)

    what = models.CharField("what to import", max_length=40, help_text="A command with its arguments")
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
        """What staff call it; the command line itself where no app offers it any more."""
        return offered().get(self.what, self.what)

    @property
    def would_change(self) -> bool:
        """Whether what was compared would write anything."""
        kinds = ("added", "changed", "withdrawn", "returned")
        return any(table["counts"].get(kind) for table in self.report.get("tables", ()) for kind in kinds)

    @property
    def is_running(self) -> bool:
        """Whether a process works on it."""
        return self.state in self.RUNNING
