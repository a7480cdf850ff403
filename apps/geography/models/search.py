"""What places are found by: their names as they are folded, and which places have changed since."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

# So long is what is folded of a name.
MAX_TEXT = 120


class PlainField(models.CharField[str, str]):
    """Text in the order of its code points, on PostgreSQL as on SQLite: ranges and ties are the same on both."""

    def db_parameters(self, connection: Any) -> Any:
        """Return the type and, on PostgreSQL, the collation."""
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class Kind(models.IntegerChoices):
    """What is found. The larger one precedes where all else is the same."""

    COUNTRY = 1, "country"
    SUBDIVISION = 2, "subdivision"
    CITY = 3, "city"


class Form(models.IntegerChoices):
    """How a text stands for a place: it is its code, the whole of a name, or a name from a later word on."""

    CODE = 1, "code"
    NAME = 2, "name"
    WORD = 3, "word"


class SearchName(models.Model):
    """A text by which a place is found; `apps.geography.search` writes and reads them, nobody else.

    place: alpha-2, ISO 3166-2 code, or geonameid. subdivision: the code of the one that a city lies in, "" for none.
    is_major: whether it is among the few that are looked at first when thousands begin so.
    """

    form = models.PositiveSmallIntegerField(choices=Form.choices)
    text = PlainField(max_length=MAX_TEXT)
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    place = PlainField(max_length=20)
    country = PlainField(max_length=2)
    subdivision = PlainField(max_length=20, blank=True)
    importance = models.BigIntegerField()
    is_major = models.BooleanField()
    is_capital = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["form", "text"], name="search_by_text"),
            models.Index(fields=["kind", "place"], name="search_by_place"),
            models.Index(
                fields=["form", "-importance", "kind", "place"], condition=Q(is_major=True), name="search_major"
            ),
            models.Index(fields=["country"], condition=Q(is_capital=True), name="search_capitals"),
        ]

    def __str__(self) -> str:
        return self.text


class Unindexed(models.Model):
    """A place that has changed since its names were folded; triggers write it, in the transaction of the change.

    kind: of `Kind`, or `EVERYTHING`.
    """

    EVERYTHING = 0

    kind = models.PositiveSmallIntegerField()
    place = PlainField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "place"], name="unindexed_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"
