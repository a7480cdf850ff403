"""What looks wrong about cities, capitals and withdrawn codes."""

import pytest

from apps.geography.report import places
from apps.geography.report.places import CityRow


def city(geonameid: int, name: str, *, at: float = 0.0, state: str | None = "XA-1", people: int = 20_000) -> CityRow:
    return CityRow(geonameid, "XA", state, name, 10.0, 20.0 + at, people)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Bang Sue", "Bang Sue District"), ("Kashan", "Kāshān"), ("Ponnūru", "Ponnur"), ("Shebekino", "Gorod Shebekino")],
)
def test_a_city_that_stands_twice_is_named_once(one: str, other: str) -> None:
    found = list(places.doubled_cities([city(1, one), city(2, other, at=0.01)]))
    assert [(each.code, each.name) for each in found] == [("2", other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("East Orange", "West Orange"), ("Marseille 05", "Marseille 06"), ("Ongallur-I", "Ongallur-II"), ("Rio", "Ria")],
)
def test_parts_and_neighbours_of_like_names_are_two(one: str, other: str) -> None:
    assert list(places.doubled_cities([city(1, one), city(2, other, at=0.01)])) == []


def test_cities_of_one_name_far_from_each_other_are_two() -> None:
    assert list(places.doubled_cities([city(1, "San José"), city(2, "San José", at=0.2)])) == []


@pytest.mark.parametrize("name", ["Ct 0001", "12345", "Рясно", "Kalimpong, Крукети", "Berl\u200bin"])
def test_what_is_no_name_in_latin_letters_is_found(name: str) -> None:
    assert [each.name for each in places.odd_city_names([city(1, name)])] == [name]


@pytest.mark.parametrize("name", ["100 Mile House", "28 de Noviembre", "Ta’ Xbiex", "Łódź", "Al Qusais 1"])
def test_a_number_may_be_part_of_a_name(name: str) -> None:
    assert list(places.odd_city_names([city(1, name)])) == []


def test_a_city_among_those_of_another_subdivision_is_found() -> None:
    others = [city(number, f"Town {number}", at=number / 100, state="XA-2") for number in range(2, 8)]
    found = list(places.cities_elsewhere([city(1, "Thika"), *others]))
    assert [each.name for each in found] == ["Thika"]
    near_its_own = city(9, "Nairobi", at=0.2)
    assert list(places.cities_elsewhere([city(1, "Thika"), near_its_own, *others])) == []


def test_a_city_without_subdivision_is_found_where_there_are_some() -> None:
    cities = [city(1, "Hebron", state=None), city(2, "Gaza")]
    assert [each.name for each in places.unplaced_cities(cities, ["XA"])] == ["Hebron"]
    assert list(places.unplaced_cities(cities, ["XB"])) == []


def test_a_capital_is_one_of_the_cities() -> None:
    capitals = {"XA": ["St. George's"], "XB": ["Somewhere", "Nowhere"], "XC": []}
    names = {"XA": ["Saint George’s"], "XB": ["Somewhere"]}
    assert [each.code for each in places.lost_capitals(capitals, names)] == ["XB", "XC"]


def test_a_withdrawn_code_names_what_it_became() -> None:
    assert [each.code for each in places.ends_of_codes({"NO-01": ["NO-30"], "NO-99": []})] == ["NO-99"]
