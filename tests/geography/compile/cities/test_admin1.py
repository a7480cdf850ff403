"""Finding the same division in two sources by its names."""

import pytest

from apps.geography.compile.subdivisions.same_places import Place, match

pytestmark = pytest.mark.once


def gn(code: str, name: str, *, is_city: bool = False) -> Place:
    return Place(f"XA.{code}", "XA", [[name]], is_city)


def iso(code: str, *names: str, is_city: bool = False, level: int = 1) -> Place:
    sources = [[name] for name in names]
    return Place(f"XA-{code}", "XA", [*sources, *[[""]] * (4 - len(sources))], is_city, level)


def test_the_same_name_is_the_same_place() -> None:
    assert match([gn("01", "Sør-Varanger")], [iso("9", "Sor Varanger"), iso("01", "Other")]) == {"XA.01": "XA-9"}


def test_words_for_the_kind_of_division_do_not_count() -> None:
    assert match([gn("01", "Brest Region")], [iso("BR", "Brest voblasć")]) == {"XA.01": "XA-BR"}


def test_a_city_and_its_province_are_told_apart() -> None:
    divisions = [gn("01", "Lima City", is_city=True), gn("02", "Lima Province")]
    places = [iso("L", "Lima"), iso("C", "Lima", is_city=True)]
    assert match(divisions, places) == {"XA.01": "XA-C", "XA.02": "XA-L"}


def test_rivals_that_nothing_tells_apart_get_nothing() -> None:
    assert match([gn("01", "East Province"), gn("02", "East Region")], [iso("E", "East")]) == {}


def test_the_level_of_like_size_comes_first() -> None:
    places = [iso("A", "Alba"), iso("B", "Borda"), iso("1", "Alba", level=2)]
    assert match([gn("01", "Alba"), gn("02", "Borda")], places) == {"XA.01": "XA-A", "XA.02": "XA-B"}


def test_a_likeness_without_a_known_distance_is_none() -> None:
    assert match([gn("01", "Vukovar-Srijem")], [iso("16", "Vukovar-Syrmia")]) == {}
    near = gn("01", "Vukovar-Srijem")
    there = iso("16", "Vukovar-Syrmia")
    near.point, there.point = (45.2, 18.8), (45.3, 18.9)
    assert match([near], [there]) == {"XA.01": "XA-16"}
