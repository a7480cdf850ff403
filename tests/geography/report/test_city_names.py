"""Names of cities that are another city's of the country are found by their sound."""

import pytest

from apps.geography.report.city_names import KIND, Called, borrowed_city_names
from apps.geography.report.places import CityRow


def city(geonameid: int, name: str, people: int, country: str = "XA") -> CityRow:
    return CityRow(geonameid, country, None, name, 10.0, 20.0, people)


def found(own: str, name: str, other: str, *, people: int = 200_000, country: str = "XA") -> list[str]:
    cities = [city(1, own, 500_000, country), city(2, other, people, country)]
    suspicions = list(borrowed_city_names(cities, [Called(1, "", name)]))
    assert all((each.kind, each.code) == (KIND, "1") for each in suspicions)
    return [each.name for each in suspicions]


@pytest.mark.parametrize(
    ("own", "name", "other"),
    [
        ("La Paz", "Soukre", "Sucre"),
        ("La Paz", "Σούκρε", "Sucre"),
        ("Anderlecht", "Brussel", "Brussels"),
        ("Venado Tuerto", "Неукен", "Neuquén"),
        ("Jackson Heights", "קווינס", "Queens"),
    ],
)
def test_a_name_that_sounds_as_another_large_city_is_found(own: str, name: str, other: str) -> None:
    assert found(own, name, other) == [name]


def test_a_name_that_sounds_as_its_own_city_is_not() -> None:
    assert found("Sukre", "Soukre", "Sucre") == []


def test_a_name_like_that_of_a_small_city_is_not() -> None:
    assert found("La Paz", "Soukre", "Sucre", people=99_999) == []


def test_one_letter_makes_another_city_in_china() -> None:
    assert found("Huai'an", "Qingjiang", "Qingyang", country="CN") == []
    assert found("Huai'an", "Qingyang", "Qingyang", country="CN") == ["Qingyang"]


def test_a_city_of_another_country_is_no_other() -> None:
    cities = [city(1, "La Paz", 500_000, "BO"), city(2, "Sucre", 500_000, "CO")]
    assert list(borrowed_city_names(cities, [Called(1, "", "Soukre")])) == []
