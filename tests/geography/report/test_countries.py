"""Each check on names of countries finds its own fault, and the names that ship have none without a reason."""

import pytest

from apps.geography.report import countries
from apps.geography.report.suspicions import unexplained
from apps.geography.sources.countries import names as country_names
from apps.geography.sources.countries.reader import codes


def test_a_name_that_sounds_like_a_former_one_is_told_whatever_its_script() -> None:
    names = {
        "SZ": {"en": "Eswatini", "eu": "Swazilandia", "mk": "Свазиленд", "ka": "სვაზილენდი", "ja": "エスワティニ"},
        "MK": {"en": "North Macedonia", "de": "Nordmazedonien", "pl": "Macedonia", "es": "Macedonia del Norte"},
        "MM": {"eo": "Birmo", "de": "Myanmar", "fr": "Myanmar (Birmanie)"},
    }
    found = {(each.code, each.language) for each in countries.former_names(names)}
    assert found == {("SZ", "eu"), ("SZ", "mk"), ("SZ", "ka"), ("MK", "pl"), ("MM", "eo")}


def test_one_name_for_two_countries_is_told() -> None:
    names = {"CD": {"nb": "Kongo"}, "CG": {"nb": "Kongo", "de": "Kongo"}}
    assert {(each.code, each.language) for each in countries.twin_names(names)} == {("CD", "nb"), ("CG", "nb")}


@pytest.mark.parametrize("name", ["Germany", "Герmany", "Гер\u200bмания"])
def test_a_name_in_another_script_or_of_odd_characters_is_told(name: str) -> None:
    assert [each.name for each in countries.odd_names({"DE": {"ru": name}})] == [name]


def test_the_names_that_ship_are_of_today() -> None:
    names = country_names.display_names(codes())
    assert unexplained(each for check in countries.CHECKS.values() for each in check(names)) == []
    assert not any("waz" in name.lower() for name in names["SZ"].values())
    assert {names["SZ"][language] for language in ("mk", "ky", "lt", "sr-latn")} == {
        "Есватини", "Эсватини", "Esvatinis", "Esvatini",
    }  # fmt: skip


def test_an_alternative_name_that_is_another_countrys_is_told() -> None:
    names = [("GM", "sk", "Slovenská republika"), ("SK", "sk", "Slovenská Republika"), ("SK", "cs", "Slovensko")]
    assert [(each.code, each.evidence) for each in countries.borrowed_names(names)] == [
        ("GM", "also SK"),
        ("SK", "also GM"),
    ]


def test_the_alternative_names_that_ship_are_of_one_country() -> None:
    names = country_names.display_names(codes())
    shown = [(code, language, name) for code, texts in names.items() for language, name in texts.items()]
    found = countries.borrowed_names([*shown, *country_names.alternative_names(names)])
    assert unexplained(found) == []
