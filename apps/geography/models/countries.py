"""Countries and the regions of the world they lie in."""

import re
from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now

from apps.geography.models.names import NamedQuerySet, NamesByCode
from apps.geography.names.shown import shown_name
from apps.geography.validation import rows
from apps.imports.models.imported import ImportedRow
from apps.tenants.models import Tenant


class RegionQuerySet(NamedQuerySet["Region"]):
    """The questions this project asks about regions."""

    def current(self) -> Self:
        """Return the regions that are not withdrawn."""
        return self.filter(withdrawn_on=None)

    def assigned_to(self, tenant: Tenant) -> Self:
        """Return the regions that `tenant` sees: every tenant the same ones.

        Annotated like the countries of a tenant, with the region's own record.
        """
        return self.current().annotate(
            active=Value(value=True), assigned_at=F("created_at"), switched_at=F("updated_at")
        )


class Region(ImportedRow):
    """A region of the world (UN M49), or one that staff define."""

    rules = rows.REGION

    code = models.CharField(max_length=40, primary_key=True, help_text='As the tenant API shows it: "Europe".')
    name = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False, help_text="Counts staff's edits")
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return shown_name(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Count a version."""
        if not self._state.adding:
            self.version += 1
        super().save(*args, **kwargs)


class IsoStatus(models.TextChoices):
    """Standing of a country code in ISO 3166-1."""

    OFFICIALLY_ASSIGNED = "officially-assigned", "officially assigned"
    USER_ASSIGNED = "user-assigned", "user-assigned"


class Subregion(models.TextChoices):
    """The smallest regions of UN M49, by their numbers."""

    NORTHERN_AFRICA = "015", "Northern Africa"
    WESTERN_AFRICA = "011", "Western Africa"
    MIDDLE_AFRICA = "017", "Middle Africa"
    EASTERN_AFRICA = "014", "Eastern Africa"
    SOUTHERN_AFRICA = "018", "Southern Africa"
    NORTHERN_AMERICA = "021", "Northern America"
    CENTRAL_AMERICA = "013", "Central America"
    CARIBBEAN = "029", "Caribbean"
    SOUTH_AMERICA = "005", "South America"
    CENTRAL_ASIA = "143", "Central Asia"
    EASTERN_ASIA = "030", "Eastern Asia"
    SOUTHERN_ASIA = "034", "Southern Asia"
    SOUTH_EASTERN_ASIA = "035", "South-eastern Asia"
    WESTERN_ASIA = "145", "Western Asia"
    NORTHERN_EUROPE = "154", "Northern Europe"
    WESTERN_EUROPE = "155", "Western Europe"
    SOUTHERN_EUROPE = "039", "Southern Europe"
    EASTERN_EUROPE = "151", "Eastern Europe"
    AUSTRALIA_AND_NEW_ZEALAND = "053", "Australia and New Zealand"
    MELANESIA = "054", "Melanesia"
    MICRONESIA = "057", "Micronesia"
    POLYNESIA = "061", "Polynesia"


class DrivingSide(models.TextChoices):
    """The side of the road that traffic keeps to."""

    LEFT = "left", "left"
    RIGHT = "right", "right"


ALPHA2 = re.compile(r"[A-Za-z]{2}", re.ASCII)


class CountryQuerySet(NamedQuerySet["Country"]):
    """The questions this project asks about countries."""

    def current(self) -> Self:
        """Return the countries that are not withdrawn."""
        return self.filter(withdrawn_on=None)

    def active_for(self, tenant: Tenant) -> Self:
        """Return the countries that `tenant` shows to its callers, whatever the API style."""
        return self.current().filter(tenant_countries__tenant_id=tenant.pk, tenant_countries__active=True)

    def assigned_to(self, tenant: Tenant) -> Self:
        """Return the countries that `tenant` may switch on and off.

        Annotated with the tenant's record of each: `active`, `version`, `assigned_at` and `switched_at`.
        """
        return (
            self.current()
            .filter(tenant_countries__tenant_id=tenant.pk)
            .annotate(
                active=F("tenant_countries__active"),
                version=F("tenant_countries__version"),
                assigned_at=F("tenant_countries__created_at"),
                switched_at=F("tenant_countries__modified_at"),
            )
        )

    def in_regions(self, texts: Iterable[str]) -> Self:
        """Return the countries with a region whose code contains one of `texts`, whatever the case."""
        regions = Region.objects.current().code_contains(texts)
        return self.filter(code__in=Country.regions.through.objects.filter(region__in=regions).values("country"))

    def region_codes(self) -> dict[str, list[str]]:
        """Return the codes of each country's regions, for the countries that have any; one query."""
        codes: dict[str, list[str]] = {}
        pairs = self.untranslated().order_by().filter(regions__withdrawn_on=None, regions__code__gt="")
        for country, region in pairs.values_list("code", "regions__code"):
            codes.setdefault(country, []).append(region)
        return {country: sorted(regions) for country, regions in codes.items()}

    def names_for(self, tenant: Tenant, languages: Collection[str]) -> NamesByCode:
        """Return what `tenant` calls the countries in each of `languages`: its own names before ours; two queries."""
        names = super().names_for(tenant, languages)
        for code, own in self.names_given_by(tenant, languages).items():
            if code in names.texts:
                names.texts[code] |= own
        return names

    def names_given_by(self, tenant: Tenant, languages: Collection[str]) -> dict[str, dict[str, str]]:
        """Return the names that `tenant` gave countries, by code and language; one query."""
        names: dict[str, dict[str, str]] = {}
        # By the relation, since the model of these names is made of this one.
        own = Country.objects.untranslated().order_by()
        own = own.filter(tenant_names__tenant=tenant.pk, tenant_names__language__in=languages)
        for code, language, name in own.values_list("code", "tenant_names__language", "tenant_names__name"):
            names.setdefault(code, {})[language] = name
        return names


class Country(ImportedRow):
    """A country or territory of ISO 3166-1, or Kosovo (user-assigned XK)."""

    rules = rows.COUNTRY

    code = models.CharField("alpha-2", max_length=2, primary_key=True, help_text="ISO 3166-1 alpha-2, upper case")
    alpha3 = models.CharField("alpha-3", max_length=3, unique=True)
    numeric = models.PositiveSmallIntegerField(unique=True, help_text="ISO 3166-1 numeric; Kosovo has CLDR's 983")
    name = models.CharField(max_length=200, help_text="CLDR display name")
    iso_name = models.CharField("ISO name", max_length=200, help_text="ISO 3166-1 English short name")
    official_name = models.CharField(max_length=200, blank=True, help_text="ISO 3166-1 English official name")
    calling_code = models.CharField(max_length=5, help_text="ITU-T E.164 country calling code, digits only")
    constant_number = models.PositiveIntegerField(unique=True, help_text="`value` in the constants API; never changes")
    iso_status = models.CharField("ISO status", max_length=20, choices=IsoStatus.choices)
    is_independent = models.BooleanField("independent", null=True, help_text="Unknown where ISO has no entry")
    regions = models.ManyToManyField(Region, blank=True, related_name="countries")
    capital = models.CharField(max_length=100, blank=True)
    other_capitals = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text="Where a country has several: those beside the first, in English",
    )
    demonym = models.CharField(max_length=100, blank=True, help_text='What its people are called in English: "Swedish"')
    latitude = models.FloatField(null=True, blank=True, help_text="Degrees, of about the middle")
    longitude = models.FloatField(null=True, blank=True, help_text="Degrees, of about the middle")
    subregion = models.CharField(
        max_length=3, choices=Subregion.choices, blank=True, help_text="UN M49; Antarctica has none"
    )
    geonameid = models.PositiveIntegerField("GeoNames id", null=True, blank=True)
    currencies = models.JSONField(default=list, blank=True, help_text="ISO 4217 codes in use")
    languages = models.JSONField(default=list, blank=True, help_text="BCP 47 tags of the official languages")
    area_km2 = models.FloatField("area in km²", null=True, blank=True)
    population = models.PositiveBigIntegerField(null=True, blank=True)
    top_level_domain = models.CharField(max_length=10, blank=True)
    borders = models.JSONField(default=list, blank=True, help_text="alpha-2 codes of the neighbours")
    time_zones = models.JSONField(default=list, blank=True, help_text="IANA names")
    postal_code_pattern = models.CharField(max_length=300, blank=True, help_text="Regular expression")
    driving_side = models.CharField(max_length=5, choices=DrivingSide.choices, blank=True)
    first_week_day = models.PositiveSmallIntegerField(null=True, blank=True, help_text="0 is Monday")
    weekend_days = models.JSONField(default=list, blank=True, help_text="0 is Monday")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CountryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name_plural = "countries"
        constraints: ClassVar = [
            models.CheckConstraint(name="country_code_two_upper_letters", condition=Q(code__regex=r"^[A-Z]{2}$")),
        ]

    def __str__(self) -> str:
        return f"{shown_name(self)} ({self.code})"

    @property
    def name_here(self) -> str:
        """What the page calls it."""
        return shown_name(self)

    @property
    def capitals(self) -> list[str]:
        """The capital and the other ones, in order."""
        return all_capitals(self.capital, self.other_capitals)


def all_capitals(capital: str, others: Iterable[str]) -> list[str]:
    """Return the capital and the other ones, in order and each once."""
    return [name for name in dict.fromkeys((capital, *others)) if name]


# BCP 47's tag for what is in no language: the "language" of a reserved code.
NO_LANGUAGE = "zxx"


class AlternativeNameQuerySet(models.QuerySet["AlternativeName"]):
    """The questions this project asks about alternative names."""

    def reserving(self, code: str) -> Self:
        """Return the names that are a code which ISO reserves, for a country that is not called so."""
        return self.filter(language=NO_LANGUAGE, name=code, withdrawn_on=None)


class AlternativeName(ImportedRow):
    """A further name of a country: official, common, short or former, in some language; or a reserved code."""

    rules = rows.ALTERNATIVE_NAME

    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="alternative_names")
    language = models.CharField(max_length=20, blank=True, help_text="BCP 47 tag; empty: no particular language")
    name = models.CharField(max_length=200)

    objects = AlternativeNameQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["country", "language", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["country", "language", "name"], name="alternative_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
