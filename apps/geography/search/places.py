"""Countries, subdivisions and cities with all that each is called, in every language and none."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.db.models import Sum

from apps.geography.models import AlternativeName, City, CityName, Country, OfficialName, Subdivision
from apps.geography.models.countries import NO_LANGUAGE, all_capitals
from apps.geography.models.search import Kind
from apps.geography.names.languages import LANGUAGES, SOURCE_LANGUAGE, column
from apps.geography.search.folding import fold
from apps.geography.sources.subdivisions.abbreviations import abbreviations

AT_ONCE = 2000
NAME_COLUMNS = {column("name", language): language for language in sorted(LANGUAGES)}
# Every country precedes every city; a subdivision is as important as a city of a tenth of those who live in its cities.
COUNTRY_IMPORTANCE = 10**12
SUBDIVISION_SHARE = 10
# A capital precedes other cities of twice its size.
CAPITAL_FACTOR = 2
# By a spelling of no language, which may be that of long ago, a city is as important as one of a fourth of its size.
SPELLING_SHARE = 4


class Name(NamedTuple):
    """A name and the language whose it is, "" for none in particular."""

    text: str
    language: str = ""


@dataclass(slots=True)
class Place:
    """Something that is found. Its `subdivision` is the code of the one it lies in, "" for none.

    spellings: names, too, but of those that GeoNames gives in no language: nicknames, misspellings, what it once was.
    """

    kind: Kind
    id: str
    country: str
    subdivision: str
    importance: int
    is_capital: bool = False
    codes: list[str] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    spellings: list[Name] = field(default_factory=list)


def places(kind: int, ids: Collection[str]) -> Iterator[Place]:
    """Yield those of the places of one kind that are not withdrawn; two queries or three for each two thousand.

    Subdivisions take two more, for which all cities of their countries are looked at.
    """
    weighed: set[str] = set()
    importance: dict[str, int] = {}
    for place in called(kind, ids):
        if place.kind == Kind.SUBDIVISION:
            if place.country not in weighed:
                weighed.add(place.country)
                importance |= importances([place.country])
            place.importance = importance.get(place.id, 0)
        yield place


def called(kind: int, ids: Collection[str]) -> Iterator[Place]:
    """Yield the same with subdivisions of no importance; two queries for each two thousand."""
    load = {Kind.COUNTRY: _countries, Kind.SUBDIVISION: _subdivisions, Kind.CITY: _cities}[Kind(kind)]
    ordered = iter(sorted(ids))
    while some := list(islice(ordered, AT_ONCE)):
        yield from load(some)


def _countries(codes: Collection[str]) -> Iterator[Place]:
    others = defaultdict(list)
    alternative = AlternativeName.objects.filter(country__in=codes, withdrawn_on=None).order_by("pk")
    for code, language, name in alternative.values_list("country_id", "language", "name"):
        others[code].append(Name(name, language))
    rows = Country.objects.untranslated().current().filter(pk__in=codes).order_by()
    own = ("code", "alpha3", "population", "iso_name", "official_name")
    for code, alpha3, population, iso_name, official_name, *texts in rows.values_list(*own, *NAME_COLUMNS):
        names = [*_named(texts), Name(iso_name, SOURCE_LANGUAGE), Name(official_name, SOURCE_LANGUAGE)]
        names = [name for name in (*names, *others[code]) if name.text and name.language != NO_LANGUAGE]
        reserved = [name.text for name in others[code] if name.language == NO_LANGUAGE]
        importance = COUNTRY_IMPORTANCE + (population or 0)
        yield Place(Kind.COUNTRY, code, code, "", importance, codes=[code, alpha3, *reserved], names=names)


def _subdivisions(codes: Collection[str]) -> Iterator[Place]:
    official: dict[str, list[Name]] = defaultdict(list)
    published = OfficialName.objects.filter(subdivision__code__in=codes, withdrawn_on=None).order_by("pk")
    for code, language, name, variant in published.values_list(
        "subdivision__code", "language", "name", "local_variant"
    ):
        official[code] += [Name(name, language), Name(variant, language)]
    rows = Subdivision.objects.untranslated().current().iso().filter(code__in=codes).order_by()
    for code, country, parent, *texts in rows.values_list("code", "country_id", "parent__code", *NAME_COLUMNS):
        names = [*_named(texts), *official[code]]
        yield Place(
            Kind.SUBDIVISION,
            code,
            country,
            parent or "",
            0,
            codes=[code, *_abbreviation(code, names), *abbreviations().get(code, ())],
            names=[name for name in names if name.text],
        )


def _cities(ids: Collection[str]) -> Iterator[Place]:
    keys = [int(each) for each in ids]
    others = defaultdict(list)
    translated = CityName.objects.filter(city__in=keys, withdrawn_on=None).order_by("city_id", "language")
    for pk, language, name in translated.values_list("city_id", "language", "name"):
        others[pk].append(Name(name, language))
    rows = City.objects.current().filter(pk__in=keys).order_by()
    found = list(rows.values_list("pk", "country_id", "subdivision__code", "name", "population", "spellings"))
    of_countries = Country.objects.filter(pk__in={country for _, country, *_ in found}).order_by()
    capitals = {
        country: set(map(fold, all_capitals(capital, others)))
        for country, capital, others in of_countries.values_list("pk", "capital", "other_capitals")
    }
    for pk, country, subdivision, name, population, spellings in found:
        names = [Name(name), *others[pk]]
        loose = [Name(each) for each in spellings if each]
        is_capital = any(fold(each.text) in capitals[country] for each in (*names, *loose))
        yield Place(
            Kind.CITY,
            str(pk),
            country,
            subdivision or "",
            population * (CAPITAL_FACTOR if is_capital else 1),
            is_capital,
            names=[each for each in names if each.text],
            spellings=loose,
        )


def importances(countries: Iterable[str]) -> dict[str, int]:
    """Return how important the subdivisions of some countries are, by code, those without cities left out."""
    wanted = list(countries)
    cities = City.objects.current().filter(country__in=wanted, subdivision__isnull=False).order_by()
    people = dict(cities.values_list("subdivision__code").annotate(Sum("population")))
    rows = Subdivision.objects.untranslated().filter(country__in=wanted).order_by()
    parents = dict(rows.values_list("code", "parent__code"))
    totals: dict[str, int] = defaultdict(int)
    for code, number in people.items():
        for each in upward(code, parents):
            totals[each] += number
    return {code: number // SUBDIVISION_SHARE for code, number in totals.items()}


def upward(code: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """Yield a subdivision and those that it lies in, from the inside out."""
    seen = set()
    each: str | None = code
    while each and each not in seen:
        seen.add(each)
        yield each
        each = parents.get(each)


def _named(texts: Iterable[str | None]) -> list[Name]:
    languages = zip(NAME_COLUMNS.values(), texts, strict=True)
    return [Name(text, language) for language, text in languages if text]


def _abbreviation(code: str, names: Iterable[Name]) -> list[str]:
    """Return the part of a code behind the country's, where people write it: "NY" and "NSW".

    Of three letters it is one only where the name does not begin so anyway.
    """
    part = code.partition("-")[2]
    if not (part.isascii() and part.isalpha()) or len(part) < 2:
        return []
    if len(part) == 2 or not any(fold(name.text).startswith(part.lower()) for name in names):
        return [part]
    return []
