import pytest

from apps.geography.names.collation import sort_key
from apps.geography.names.languages import LANGUAGES


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("sv", ["Ungern", "Zypern", "Åland", "Österrike"]),
        ("de", ["Afghanistan", "Ägypten", "Algerien", "Österreich", "Zypern"]),
        ("cs", ["Honduras", "Chorvatsko", "Indie"]),
        ("pl", ["Litwa", "Łotwa", "Macedonia"]),
        ("es", ["Nueva Zelanda", "Ñandú", "Omán"]),
        ("en", ["Åland Islands", "Albania", "Zambia"]),
    ],
)
def test_names_sort_as_their_readers_sort(language, names):
    assert sorted(set(names), key=sort_key(language)) == names


def test_every_language_has_a_collation():
    assert all(sort_key(language)("a") < sort_key(language)("b") for language in LANGUAGES)
