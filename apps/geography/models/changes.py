"""Which places have changed last, and when; for who keeps a copy of what a tenant shows."""

from typing import ClassVar

from django.db import models

from apps.geography.models.search import PlainField

# Whose the changes of the data are; those of a tenant are its primary key's.
EVERYBODY = 0
# The kind of the row that says since when changes are known: nothing is, of what came before its number.
EVERYTHING = 0


class Change(models.Model):
    """A place that was written to, with the revision that the last such write moved to; triggers write it.

    One row for each place and each place in which it has been, so that what leaves one tenant's view for another's is
    told to both. Rows are thus no more than places, however often these change.

    holder: EVERYBODY, or the tenant that has switched or named the place. kind: of `Kind`, or EVERYTHING. place:
    alpha-2, ISO 3166-2 code, or geonameid. within: the code of what it lies in, a subdivision's or else a country's.
    came: the number at which it came last, or was last switched. led: that at which what it leads to changed last.
    """

    holder = models.BigIntegerField()
    kind = models.PositiveSmallIntegerField()
    place = PlainField(max_length=20, blank=True)
    within = PlainField(max_length=20, blank=True)
    number = models.BigIntegerField()
    came = models.BigIntegerField(default=0)
    led = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["holder", "number", "id"], name="change_by_number")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "kind", "place", "within"], name="change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.place} {self.number}"
