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
        ("BB-04", "سانت جيمس، بربادوس", "سانت جيمس"),
        ("CR-A", "Alajuela, provincija", "Alajuela"),
        ("TF-V", "Terra del Foc, Antàrtida i Illes", "Terra del Foc"),
        ("CO-SAP", "San Andrés, Providencia y Santa Catalina", "San Andrés, Providencia y Santa Catalina"),
    ],
)
def test_a_name_loses_what_tells_it_from_others_of_the_world(code: str, name: str, bare: str) -> None:
    english = {
        "BB-04": "Saint James",
        "CR-A": "Alajuela",
        "TF-V": "Tierra del Fuego",
        "GB-NMD": "Newry, Mourne and Down",
    }
    assert unqualified({code: name}, {"SO": "Somalia", "NM": "Down"}, english) == {code: bare}


def test_a_qualifier_stays_where_two_would_have_the_same_name() -> None:
    names = {"KZ-19": "Almaty (região)", "KZ-75": "Almaty"}

    assert unqualified(names, {}, {}) == names


def test_what_stands_behind_a_comma_stays_where_two_would_have_the_same_name() -> None:
    names = {"GB-DBY": "Derby, grofovija", "GB-DER": "Derby"}
    assert unqualified(names, {}, {"GB-DBY": "Derbyshire", "GB-DER": "Derby"}) == names


def test_washington_is_called_by_its_district() -> None:
    assert unqualified({"US-DC": "Washington, D.C."}, {}, {"US-DC": "District of Columbia"})["US-DC"].endswith("D.C.")


def test_a_part_may_bear_the_name_of_the_whole() -> None:
    names = {"ES-O": "Astúrias (província)", "ES-AS": "Astúrias (comunidade)", "ES-L": "Lérida"}

    assert unqualified(names, {}, {}) == {"ES-O": "Astúrias", "ES-AS": "Astúrias", "ES-L": "Lérida"}


def test_a_list_in_which_every_row_has_the_word_keeps_it_whoever_gave_a_row() -> None:
    names = {"KE-01": "Contea di Baringo", "KE-13": "Contea di Kiambu"}
    assert in_one_style(names, "it", curated={"KE-13"}) == names
    assert in_one_style(names | {"KE-30": "Nairobi"}, "it", curated={"KE-13"})["KE-01"] == "Baringo"
