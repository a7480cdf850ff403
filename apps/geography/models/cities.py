"""Cities and their names in other languages."""

import secrets
from collections.abc import Sequence
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce, NullIf

from apps.geography.models.countries import Country
from apps.geography.models.subdivisions import Subdivision
from apps.geography.names.languages import column
from apps.geography.validation import rows
from apps.imports.models.imported import ImportedRow


def own_id() -> int:
    """Return a random negative id for a city that GeoNames does not have."""
    return -1 - secrets.randbelow(2**48)


class CityQuerySet(models.QuerySet["City"]):
    """The questions this project asks about cities."""

    def current(self) -> Self:
        """Return the cities that are not withdrawn."""
        return self.filter(withdrawn_on=None)

    def labelled(self, languages: Sequence[str]) -> Self:
        """Annotate `label`, the first name found along `languages`, else the city's own name."""
        cities = self
        labels = []
        for language in languages:
            alias = column("name_in", language)
            condition = Q(names__language=language, names__withdrawn_on=None)
            cities = cities.annotate(**{alias: FilteredRelation("names", condition=condition)})
            labels.append(NullIf(F(f"{alias}__name"), Value("")))
        return cities.annotate(label=Coalesce(*labels, "name"))


class City(ImportedRow):
    """A populated place."""

    rules = rows.CITY

    geonameid = models.BigIntegerField(
        "GeoNames id", primary_key=True, default=own_id, help_text="Negative: not in GeoNames."
    )
    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="cities")
    subdivision = models.ForeignKey(
        Subdivision,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cities",
        help_text="Empty: not placed; listed under the country's own name.",
    )
    name = models.CharField(max_length=200)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    population = models.PositiveBigIntegerField(default=0)
    time_zone = models.CharField(max_length=40, blank=True, help_text="IANA name")
    spellings = models.JSONField(
        default=list, blank=True, help_text="What it is called besides, in no language in particular; for validation"
    )
    source = models.CharField(
        max_length=20, blank=True, editable=False, help_text="What it was imported from; empty: the pinned packages"
    )

    objects = CityQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "cities"
        indexes: ClassVar = [models.Index(fields=["latitude"], name="city_latitude")]

    def __str__(self) -> str:
        return self.name


class CityName(ImportedRow):
    """The name of a city in one language."""

    rules = rows.CITY_NAME

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(max_length=20, help_text="Language code")
    name = models.CharField(max_length=200)
    source = models.CharField(
        max_length=20, blank=True, editable=False, help_text="What it was imported from; empty: the pinned packages"
    )

    class Meta:
        ordering: ClassVar = ["city", "language"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["city", "language"], name="city_name_once_a_language"),
        ]

    def __str__(self) -> str:
        return self.name
