import pytest

from apps.geography.compile.subdivisions.qualifiers import unqualified
from apps.geography.compile.subdivisions.style import in_one_style

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("code", "name", "bare"),
    [
        ("CL-NB", "Ñuble (region)", "Ñuble"),
        ("SO-BY", "Bay, Somalia", "Bay"),
        ("BB-04", "セント・ジェームズ（バルバドス）", "セント・ジェームズ"),
        ("TL-BA", "Baucau (municipalité", "Baucau"),
        ("LV-VEN", "Ventspils,", "Ventspils"),
        ("GB-NMD", "Newry, Mourne and Down", "Newry, Mourne and Down"),
        ("BA-BRC", "(Brčko)", "(Brčko)"),
    ],
)
def test_a_name_loses_what_tells_it_from_others_of_the_world(code: str, name: str, bare: str) -> None:
    assert unqualified({code: name}, {"SO": "Somalia", "NM": "Down"}) == {code: bare}


def test_a_qualifier_stays_where_two_would_have_the_same_name() -> None:
    names = {"KZ-19": "Almaty (região)", "KZ-75": "Almaty"}

    assert unqualified(names, {}) == names


def test_a_part_may_bear_the_name_of_the_whole() -> None:
    names = {"ES-O": "Astúrias (província)", "ES-AS": "Astúrias (comunidade)", "ES-L": "Lérida"}

    assert unqualified(names, {}) == {"ES-O": "Astúrias", "ES-AS": "Astúrias", "ES-L": "Lérida"}


def test_a_list_in_which_every_row_has_the_word_keeps_it_whoever_gave_a_row() -> None:
    names = {"KE-01": "Contea di Baringo", "KE-13": "Contea di Kiambu"}
    assert in_one_style(names, "it", curated={"KE-13"}) == names
    assert in_one_style(names | {"KE-30": "Nairobi"}, "it", curated={"KE-13"})["KE-01"] == "Baringo"
