"""Cities and their names in other languages."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language, gettext

from apps.geography.models.countries import Country
from apps.geography.models.subdivisions import Subdivision
from apps.geography.names.languages import column
from apps.geography.names.shown import page_languages, shown_name
from apps.geography.validation import rows
from apps.imports.models.imported import ImportedRow
from apps.imports.rules import Problem


def own_id() -> int:
    """Return a random negative id for a city that GeoNames does not have."""
    return -1 - secrets.randbelow(2**48)


class CityQuerySet(models.QuerySet["City"]):
    """The questions this project asks about cities."""

    def current(self) -> Self:
        """Return the cities that are not withdrawn."""
        return self.filter(withdrawn_on=None)

    def called(self, keys: Collection[str]) -> dict[str, str]:
        """Return what the page calls cities, by primary key as text; two queries."""
        cities = list(self.filter(pk__in=keys).only("name"))
        name_cities(cities)
        return {str(city.pk): str(city) for city in cities}

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

    merged_into = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        help_text="The city that it is, too; its id leads there, and no list has it. Empty: none.",
    )

    objects = CityQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "cities"
        indexes: ClassVar = [
            models.Index(fields=["latitude"], name="city_latitude"),
            # Lists of the back office: by name, as Django's admin makes the order one, and the largest.
            models.Index(fields=["name", "-geonameid"], name="city_name"),
            models.Index(fields=["population", "geonameid"], name="city_by_population"),
        ]

    def __str__(self) -> str:
        return shown_name(self)

    @property
    def stays_hidden(self) -> bool:
        """Whether it is hidden for another reason than upstream's."""
        return self.merged_into_id is not None

    def misfits(self) -> Iterator[Problem]:
        """Yield what does not fit of the rows that it refers to; a city that is merged is hidden, its other one not."""
        if self.merged_into is not None:
            if self.withdrawn_on is None:
                yield Problem(
                    "withdrawn_on",
                    None,
                    gettext("undo its merge first: it is {city} now").format(city=self.merged_into),
                )
            if self.merged_into.withdrawn_on is not None:
                yield Problem("merged_into_id", str(self.merged_into), gettext("choose a city that is in the lists"))
                return
        yield from super().misfits()


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


def name_cities(cities: Sequence[City]) -> None:
    """Let `shown_name` know what these cities are called, those `labelled` by their labels; one query for others."""
    named = {city.pk: city.label for city in cities if "label" in vars(city)}  # type: ignore[attr-defined]
    if others := [city.pk for city in cities if city.pk not in named]:
        named |= names_on_page(CityName.objects.filter(city__in=others))
    for city in cities:
        city.named_in = (get_language(), named.get(city.pk) or city.name)  # type: ignore[attr-defined]


def names_on_page(rows: models.QuerySet[CityName]) -> dict[int, str]:
    """Return of names the first along the languages of the page, by city; one query."""
    languages = page_languages()
    found: dict[int, tuple[int, str]] = {}
    rows = rows.filter(language__in=languages, withdrawn_on=None).exclude(name="").order_by()
    for city, language, name in rows.values_list("city_id", "language", "name"):
        found[city] = min(found.get(city, (len(languages), "")), (languages.index(language), name))
    return {city: name for city, (_, name) in found.items()}
