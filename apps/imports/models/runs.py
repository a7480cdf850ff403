"""The record of imports."""

from typing import ClassVar

from django.db import models

# The kinds of rows in a report that an import wrote.
WRITTEN = ("added", "changed", "withdrawn", "returned")


class ImportRun(models.Model):
    """An import that changed something, written in the transaction of its rows.

    Also one that found nothing new in other sources than the last: it is known to have read them.
    """

    command = models.CharField(max_length=40, help_text="What was run")
    started_by = models.CharField(max_length=150, blank=True, help_text="User name; empty: the command line")
    started_at = models.DateTimeField()
    seconds = models.FloatField(help_text="Until the changes were written")
    sources = models.JSONField(default=dict, help_text="Version or checksum of each source")
    counts = models.JSONField(default=dict, help_text="How many rows of each table were added, changed, withdrawn …")
    report = models.JSONField(default=dict, help_text="As --report writes it, cut to a thousand entries of each kind")

    job = models.ForeignKey(
        "imports.ImportJob", on_delete=models.SET_NULL, null=True, editable=False, related_name="runs"
    )

    class Meta:
        # The name of its first app, by which older processes know the table.
        db_table = "geography_importrun"
        ordering: ClassVar = ["-started_at"]
        verbose_name = "import"

    def __str__(self) -> str:
        return f"{self.command} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def has_written(self) -> bool:
        """Whether it changed any row."""
        return any(counts.get(kind) for counts in self.counts.values() for kind in WRITTEN)
