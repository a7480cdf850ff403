"""Names whose words are cut short."""

import pytest

from apps.geography.names.shortened import fit, shortened


@pytest.mark.parametrize(
    ("term", "words", "is_name"),
    [
        ("Papua N. Guinea", "guinea new papua", True),
        ("St. Vincent & Grens.", "grenadines saint vincent", True),
        ("FS Micronesia", "federated micronesia states", True),
        ("Dem. Rep. Congo", "congo democratic republic", True),
        ("Rép. dém. du Congo", "congo democratique republique", True),
        ("N. Guinea", "guinea", False),
        ("N. Guinea", "equatorial guinea", False),
        ("P. Guinea", "guinea papua new", False),
    ],
)
def test_a_word_that_is_cut_short_is_the_beginning_of_one(term: str, words: str, is_name: bool) -> None:
    assert fit(shortened(term), words.split()) == is_name


@pytest.mark.parametrize("term", ["Guin.", "Dem. Rep.", "Germany", "N.", "A.B.C.", "", "." * 500, "r. " * 500])
def test_what_names_nothing_in_full_is_not_read_as_cut_short(term: str) -> None:
    assert shortened(term) == ()
