"""In which subdivision a city of GeoNames lies."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import pycountry

from apps.geography.sources.pinned import fixture
from apps.geography.sources.subdivisions import systems
from apps.imports.files.source import read_tsv

# What GeoNames writes for a place in no division.
NO_DIVISION = frozenset({"", "00"})


@dataclass(frozen=True)
class Placement:
    """What is known about where cities lie; build it with `load`.

    cities: GeoNames id to subdivision, for cities that their first-level division does not place.
    divisions: GeoNames' code of a first-level division ("JP.40") to subdivision.
    states: name of those subdivisions that are GeoNames' own, since ISO has none in their country.
    without: GeoNames' codes of divisions that are known to have no subdivision.
    """

    cities: Mapping[int, str]
    divisions: Mapping[str, str]
    states: Mapping[str, str] = field(default_factory=dict)
    without: Collection[str] = frozenset()

    @cached_property
    def _divided(self) -> frozenset[str]:
        """The countries that have divisions."""
        return frozenset(admin1.partition(".")[0] for admin1 in self.divisions)

    def is_unknown(self, country: str, admin1: str) -> bool:
        """Return whether nobody knows what a code of GeoNames' stands for, in a country whose others are known."""
        code = f"{country}.{admin1}"
        is_code = admin1 not in NO_DIVISION and country in self._divided
        return is_code and code not in self.divisions and code not in self.without

    def subdivision(self, geonameid: int, country: str, admin1: str) -> str | None:
        """Return the code of the subdivision of a city, or None where it is not known.

        Most cities are placed by their first-level division, through the table of ISO's counterparts. GeoNames'
        codes are no ISO codes, however alike some look.
        """
        own = self.cities.get(geonameid)
        # A city that has come to lie in another country is no longer where it was.
        if own and own.startswith(f"{country}-"):
            return own
        return self.divisions.get(f"{country}.{admin1}")


def load() -> Placement:
    """Return what the files in `fixtures/` know."""
    iso_countries = {each.country_code for each in pycountry.subdivisions}
    rows = list(read_tsv(fixture("admin1.tsv"), "admin1", "name", "iso"))
    counts = Counter(admin1.partition(".")[0] for admin1, _, _ in rows)
    divisions, states, without = {}, {}, set()
    for admin1, name, iso in rows:
        country, _, code = admin1.partition(".")
        if iso:
            divisions[admin1] = iso
        # The only division of a country is the country (Réunion), which has a name in every language.
        elif country not in iso_countries and counts[country] > 1:
            divisions[admin1] = own_code(country, code)
            states[divisions[admin1]] = name
        else:
            without.add(admin1)
    return replace(_as_chosen(dict(_single_cities()), divisions, states), without=without)


def _as_chosen(cities: dict[int, str], divisions: dict[str, str], states: dict[str, str]) -> Placement:
    """Return the placement in the systems that were chosen.

    A city is in what succeeds its code of ISO's; where several codes do, its first-level division tells which.
    """
    gone = systems.successors()
    single = {code: successors[0] for code, successors in gone.items() if len(successors) == 1}
    divisions |= {admin1: each.code for each in systems.chosen() for admin1 in each.divisions}
    divisions = {admin1: single.get(iso, iso) for admin1, iso in divisions.items()}
    cities = {city: single.get(iso, iso) for city, iso in cities.items() if iso in single or iso not in gone}
    return Placement(cities, divisions, states)


def own_code(country: str, admin1: str) -> str:
    """Return the code of a subdivision that ISO does not have: "HK-G-HCW"."""
    return f"{country}-G-{admin1}"


def _single_cities() -> Iterator[tuple[int, str]]:
    """Yield the placements of single cities, those that a person decided last."""
    for name in ("city_placements.tsv", "earlier_placements.tsv"):
        for geonameid, iso in read_tsv(fixture(name), "geonameid", "iso"):
            yield int(geonameid), iso
    for geonameid, iso, _ in read_tsv(fixture("city_placements_curated.tsv"), "geonameid", "iso", "name"):
        yield int(geonameid), iso
