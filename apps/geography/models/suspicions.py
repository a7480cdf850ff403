"""What looks wrong in the data, as `data_report` last found it; like counts of requests it moves no revision."""

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

# A look that has not ended after so long has died.
LOOKS_AT_MOST = timedelta(minutes=10)


class DataCheckQuerySet(models.QuerySet["DataCheck"]):
    """The questions this project asks about checks."""

    def counted(self) -> Self:
        """Add `number`, how many suspicions each has."""
        return self.annotate(number=models.Count("suspicions")).order_by("pk")


class DataCheck(models.Model):
    """A kind of suspicion, and when it was last looked for."""

    kind = models.CharField(max_length=40, primary_key=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When somebody of staff asked for a new look.")

    objects = DataCheckQuerySet.as_manager()

    def __str__(self) -> str:
        return self.kind

    @property
    def is_looking(self) -> bool:
        """Whether somebody has asked for a look that has not ended."""
        asked, looked = self.asked_at, self.looked_at
        return bool(asked and asked > timezone.now() - LOOKS_AT_MOST and (not looked or looked < asked))


class StoredSuspicion(models.Model):
    """A row that looks wrong, and that nobody has explained. code: of a country, subdivision or city."""

    check_of = models.ForeignKey(DataCheck, on_delete=models.CASCADE, related_name="suspicions", verbose_name="kind")
    code = models.CharField(max_length=20)
    language = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=500, blank=True)
    evidence = models.TextField()

    class Meta:
        verbose_name = "suspicion"
        ordering: ClassVar = ("check_of", "code", "language", "pk")

    def __str__(self) -> str:
        return " ".join(filter(None, (self.code, self.name)))
