"""The report on what is in the database."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings

from apps.geography.models import AlternativeName, City, CityName, Country, Subdivision
from apps.geography.models.names import NamedQuerySet
from apps.geography.names.languages import column
from apps.geography.report import city_names, countries, names, places
from apps.geography.report.city_names import Called
from apps.geography.report.naming import naming_of
from apps.geography.report.places import CityRow
from apps.geography.report.suspicions import Suspicion

KINDS = (
    *names.CHECKS,
    *countries.CHECKS,
    *places.CITY_CHECKS,
    "unplaced_city",
    city_names.KIND,
    "lost_capital",
    "no_successor",
    "borrowed_country_name",
)


def suspicions(kinds: tuple[str, ...] = KINDS) -> list[Suspicion]:
    """Return what the checks of these kinds find in the tables, explained or not, in order."""
    found: list[Suspicion] = []
    if named := [check for kind, check in names.CHECKS.items() if kind in kinds]:
        naming = naming_of(_texts(Subdivision.objects.iso().current()))
        found.extend(each for check in named for each in check(naming))
    if on_countries := [check for kind, check in countries.CHECKS.items() if kind in kinds]:
        display = _texts(Country.objects.filter(withdrawn_on=None))
        found.extend(each for check in on_countries for each in check(display))
    on_cities = [check for kind, check in places.CITY_CHECKS.items() if kind in kinds]
    if on_cities or "unplaced_city" in kinds:
        cities = _cities()
        found.extend(each for check in on_cities for each in check(cities))
        if "unplaced_city" in kinds:
            divided = Subdivision.objects.iso().current().values_list("country", flat=True)
            found.extend(places.unplaced_cities(cities, divided))
    rest: dict[str, Callable[[], Iterator[Suspicion]]] = {
        city_names.KIND: lambda: city_names.borrowed_city_names(_cities(), _called()),
        "lost_capital": _capitals,
        "no_successor": _withdrawn,
        "borrowed_country_name": _alternatives,
    }
    found.extend(each for kind, check in rest.items() if kind in kinds for each in check())
    return sorted(found)


def _texts(places: NamedQuerySet[Any]) -> dict[str, dict[str, str]]:
    """Return what places are called, `{code: {language: name}}`."""
    languages = [language for language, _ in settings.LANGUAGES]
    columns = [column("name", language) for language in languages]
    rows = places.untranslated().order_by().values_list("code", *columns)
    return {
        code: {language: text for language, text in zip(languages, texts, strict=True) if text} for code, *texts in rows
    }


def _cities() -> list[CityRow]:
    above = Subdivision.objects.all().states_above()
    codes = dict(Subdivision.objects.untranslated().order_by().values_list("pk", "code"))
    rows = City.objects.current().order_by("pk")
    fields = ("pk", "country_id", "subdivision_id", "name", "latitude", "longitude", "population")
    return [
        CityRow(pk, country, codes.get(above.get(place, place) if place else None), name, north, east, people)
        for pk, country, place, name, north, east, people in rows.values_list(*fields)
    ]


def _called() -> Iterator[Called]:
    for pk, spellings in City.objects.current().order_by().values_list("pk", "spellings"):
        yield from (Called(pk, "", spelling) for spelling in spellings)
    names = CityName.objects.filter(withdrawn_on=None, city__withdrawn_on=None).order_by()
    for pk, language, name in names.values_list("city_id", "language", "name").iterator():
        yield Called(pk, language, name)


def _capitals() -> Iterator[Suspicion]:
    known: dict[str, list[str]] = defaultdict(list)
    placed = City.objects.current().exclude(latitude=None).order_by()
    for country, name in placed.values_list("country_id", "name"):
        known[country].append(name)
    translated = CityName.objects.filter(city__in=placed, withdrawn_on=None).order_by()
    for country, name in translated.values_list("city__country_id", "name"):
        known[country].append(name)
    countries = Country.objects.filter(withdrawn_on=None).order_by("code")
    yield from places.lost_capitals({country.code: country.capitals for country in countries}, known)


def _alternatives() -> Iterator[Suspicion]:
    display = _texts(Country.objects.filter(withdrawn_on=None))
    shown = [(code, language, name) for code, texts in display.items() for language, name in texts.items()]
    others = AlternativeName.objects.filter(withdrawn_on=None).exclude(language="").order_by()
    yield from countries.borrowed_names([*shown, *others.values_list("country", "language", "name")])


def _withdrawn() -> Iterator[Suspicion]:
    rows = Subdivision.objects.iso().exclude(withdrawn_on=None).untranslated().order_by("code")
    yield from places.ends_of_codes(dict(rows.values_list("code", "replaced_by")))
