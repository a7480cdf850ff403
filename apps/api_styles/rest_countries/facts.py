"""What is known of countries, as the rest_countries contract divides it; read once for each answer."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat

from apps.api.languages import lookup
from apps.geography.models import AlternativeName, City, CityName, Country
from apps.geography.models.countries import NO_LANGUAGE, CountryQuerySet, Subregion, all_capitals
from apps.geography.names.code_names import alpha3, country_name, official_name
from apps.geography.names.collation import sort_key
from apps.geography.names.languages import LANGUAGES, SOURCE_LANGUAGE, parents
from apps.geography.names.matching import folded
from apps.geography.sources.pinned import fixture
from apps.imports.files.source import read_tsv
from apps.tenants.models import Tenant

COLUMNS = (
    "code", "alpha3", "numeric", "iso_name", "official_name", "calling_code", "iso_status", "is_independent",
    "capital", "other_capitals", "demonym", "latitude", "longitude", "subregion", "currencies", "languages", "area_km2",
    "population", "top_level_domain", "borders", "time_zones", "postal_code_pattern", "driving_side", "first_week_day",
)  # fmt: skip
SEAT = ("name", "spellings", "latitude", "longitude")
ANTARCTIC = "Antarctic"
# Of ISO's short names, those that are official names turned round.
INVERTED = re.compile(r"(?P<name>[^(]+) \(the (?P<rest>.+ of(?: the)?)\)")
# As clients know them, where UN M49 writes otherwise.
SUBREGIONS = {Subregion.SOUTH_EASTERN_ASIA.value: "South-Eastern Asia"}
AMERICAS = {
    Subregion.SOUTH_AMERICA.value: "South America",
    Subregion.NORTHERN_AMERICA.value: "North America",
    Subregion.CENTRAL_AMERICA.value: "North America",
    Subregion.CARIBBEAN.value: "North America",
}
# What clients call Persian, by ISO 639-2/B.
PERSIAN = "per"


@dataclass(frozen=True, slots=True)
class Named:
    """What a country is called in one language."""

    official: str
    common: str


@dataclass(frozen=True, slots=True)
class Seat:
    """The city that is a capital. `spellings`: what else it is called; `at`: latitude and longitude."""

    spellings: Sequence[str]
    at: Sequence[float]


@dataclass(frozen=True, slots=True)
class Facts:
    """A country. `row` has COLUMNS; `names` the display names by our language; `others` (language, name) of the rest.

    `neighbours`: the alpha-3 codes at its borders. `seat`: the city that is its capital, None where none is known.
    """

    row: Mapping[str, Any]
    names: Mapping[str, str]
    regions: Sequence[str]
    others: Sequence[tuple[str, str]]
    neighbours: Sequence[str]
    seat: Seat | None

    @property
    def common(self) -> str:
        """The name in English."""
        return self.names.get(SOURCE_LANGUAGE, "")

    @property
    def official(self) -> str:
        """The official name in English, where ISO has none its short name: "Korea (the Republic of)", put in order."""
        name: str = self.row["official_name"] or self.row["iso_name"]
        if order := INVERTED.fullmatch(name):
            name = f"{order['rest']} {order['name']}"
        return name.removeprefix("the ").removesuffix(" (the)")

    def named(self, language: str) -> Named | None:
        """Return the names in one of our languages or those that it inherits from, None where they have none."""
        if language == SOURCE_LANGUAGE:
            return Named(self.official, self.common)
        line = parents(language)
        common = next((self.names[one] for one in line if one in self.names), None)
        if common is None:
            return None
        translated = (official_name(one, self.row["code"]) for one in line)
        return Named(next(filter(None, translated), common), common)

    @property
    def capitals(self) -> list[str]:
        """The capitals, the seat of the government first."""
        return all_capitals(self.row["capital"], self.row["other_capitals"])

    @property
    def own_names(self) -> list[str]:
        """Its further names in English, in its official languages and in none."""
        own = own_languages(self.row)
        return [name for language, name in self.others if language in own]

    def native(self) -> dict[str, Named]:
        """Return the names in its official languages that CLDR has names in, by their ISO 639-3 codes."""
        found: dict[str, Named] = {}
        for tag in self.row["languages"]:
            language = lookup(tag)
            named = self.named(language) if language else None
            if named is None and (name := country_name(tag, self.row["code"])):
                named = Named(name, name)
            if named:
                found.setdefault(alpha3(tag), named)
        return found

    def translations(self) -> dict[str, Named]:
        """Return the names in every other of our languages, by the keys that clients use."""
        texts = ((name, self.named(language)) for name, language in keys().items())
        return {name: named for name, named in texts if named}

    @property
    def region(self) -> str:
        """The region of UN M49, "Antarctic" where it has none."""
        return self.regions[0] if self.regions else ANTARCTIC

    @property
    def subregion(self) -> str:
        """The subregion of UN M49; empty for Antarctica."""
        number = self.row["subregion"]
        return SUBREGIONS.get(number) or (str(Subregion(number).label) if number else "")

    @property
    def continent(self) -> str:
        """The continent, of seven."""
        return AMERICAS.get(self.row["subregion"]) or (self.regions[0] if self.regions else "Antarctica")

    @property
    def is_landlocked(self) -> bool:
        """Whether no sea is at its borders."""
        return self.row["code"] in landlocked()

    @property
    def is_un_member(self) -> bool:
        """Whether it is a member of the United Nations: every independent state but two."""
        return bool(self.row["is_independent"]) and self.row["code"] not in {"VA", "XK"}


def own_languages(row: Mapping[str, Any]) -> set[str]:
    """Return the languages in which every answer about a country needs its further names."""
    return {SOURCE_LANGUAGE, "", NO_LANGUAGE, *row["languages"]}


def key(language: str) -> str:
    """Return the key of a translation: ISO 639-3 for a language, its BCP 47 tag for a variety of one.

    Chinese is "zho" in simplified characters and "zh-Hant" in traditional ones; Persian is "per".
    """
    special = {"fa": PERSIAN, "zh-hans": "zho", "zh-hant": "zh-Hant", "sr-latn": "sr-Latn"}
    base, _, region = language.partition("-")
    return special.get(language) or (f"{base}-{region.upper()}" if region else alpha3(base))


@lru_cache(maxsize=1)
def keys() -> Mapping[str, str]:
    """Return the languages of translations, by their keys."""
    return {key(language): language for language in sorted(LANGUAGES - {SOURCE_LANGUAGE})}


@lru_cache(maxsize=1)
def landlocked() -> frozenset[str]:
    """Return the codes of the countries without a coast."""
    return frozenset(code for code, _ in read_tsv(fixture("landlocked.tsv"), "code", "note"))


def facts_of(tenant: Tenant, codes: Collection[str] = (), *, with_every_name: bool = False) -> list[Facts]:
    """Return the tenant's active countries, by their English names.

    With `codes` those that have one of them: alpha-2, alpha-3 in capitals, or three digits. Only with `with_every_name`
    their further names in other languages than their own, which are forty times as many. 7 queries, 8 where a capital
    is not the name of one of our cities.
    """
    found = Country.objects.active_for(tenant)
    if codes:
        numbers = [int(code) for code in codes if code.isdigit()]
        found = found.filter(Q(code__in=codes) | Q(alpha3__in=codes) | Q(numeric__in=numbers))
    names = found.names_for(tenant, [code for code, _ in settings.LANGUAGES]).texts
    rows = [dict(zip(COLUMNS, values, strict=True)) for values in found.untranslated().order_by().values_list(*COLUMNS)]
    own = None if with_every_name else {row["code"]: own_languages(row) for row in rows}
    regions, others, capitals = found.region_codes(), _other_names(found, own), _capitals(found)
    alpha3s = dict(Country.objects.current().order_by().values_list("code", "alpha3"))
    countries = []
    for row in rows:
        countries.append(
            Facts(
                row,
                names[row["code"]],
                regions.get(row["code"], ()),
                others.get(row["code"], ()),
                [alpha3s[code] for code in row["borders"] if code in alpha3s],
                capitals.get(row["code"]),
            )
        )
    by_name = sort_key(SOURCE_LANGUAGE)
    return sorted(countries, key=lambda one: (by_name(one.common), one.row["code"]))


def _other_names(
    countries: CountryQuerySet, own: Mapping[str, Collection[str]] | None
) -> dict[str, list[tuple[str, str]]]:
    """Return (language, name) by country, in the order of both whatever database sorts how; `own`: in which alone."""
    names: dict[str, list[tuple[str, str]]] = {}
    rows = AlternativeName.objects.filter(country__in=countries.order_by().values("code"), withdrawn_on=None)
    if own is not None:
        pairs = [f"{code}-{language}" for code, languages in own.items() for language in languages]
        rows = rows.annotate(pair=Concat("country_id", Value("-"), "language")).filter(pair__in=pairs)
    for code, language, name in sorted(rows.order_by().values_list("country_id", "language", "name")):
        names.setdefault(code, []).append((language, name))
    return names


def _capitals(countries: CountryQuerySet) -> dict[str, Seat]:
    """Return the capitals that are among our cities; of several by the name, the most populous."""
    cities = City.objects.current().exclude(latitude=None).exclude(longitude=None).order_by("population", "geonameid")
    by_name = cities.filter(country__in=countries.order_by().values("code"), name=F("country__capital"))
    found = {code: _seat(*seat) for code, *seat in by_name.values_list("country_id", *SEAT)}
    # The others are spelt otherwise where they are (Reykjavík, Chişinău), or called otherwise in English (Ulan Bator).
    capitals = dict(countries.order_by().exclude(capital="").exclude(code__in=found).values_list("code", "capital"))
    names = CityName.objects.filter(city=OuterRef("pk"), name=OuterRef("country__capital"))
    others = cities.filter(country__in=capitals).annotate(is_named=Exists(names))
    for code, is_named, *values in others.values_list("country_id", "is_named", *SEAT):
        seat = _seat(*values)
        if is_named or folded(capitals[code]) in map(folded, seat.spellings):
            found[code] = seat
    return found


def _seat(name: str, spellings: Sequence[str], north: float, east: float) -> Seat:
    return Seat((name, *spellings), [round(north, 4), round(east, 4)])
