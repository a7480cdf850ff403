"""What the list says of the real countries, in every language."""

import itertools
import json
import unicodedata
from pathlib import Path

import icu
import pytest

from apps.geography.names.languages import LANGUAGES
from tests.api_styles.constants.conftest import Ask

GOLDEN = Path(__file__).parents[1] / "golden" / "constants" / "countries-en.json"
NUMBERS = Path(__file__).parents[3] / "fixtures" / "constant_numbers.tsv"
LATIN = set(
    "af az br bs ca cs cy da de dsb en en-au en-gb eo es es-ar es-co es-mx es-ni es-ve et eu fi fr fy ga gd gl hr hsb "
    "hu ia id ig is it kab lb lt lv ms nb nl nn pl pt pt-br ro sk sl sq sr-latn sv sw tk tr uz vi".split()
)


@pytest.mark.once
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_country_has_a_label_in_the_script_of_the_language(ask: Ask, language: str) -> None:
    rows = ask(Accept_Language=language).json()["data"]
    assert len(rows) == len({row["code"] for row in rows}) == 250
    assert len({row["value"] for row in rows}) == 250
    assert all(row["label"].strip() for row in rows)
    if language not in LATIN:
        # No label needs an exception so far.
        assert not [row["label"] for row in rows if has_latin(row["label"])]


def has_latin(text: str) -> bool:
    return any(unicodedata.name(char, "").startswith(("LATIN", "FULLWIDTH LATIN")) for char in text)


@pytest.mark.parametrize("language", ["sv", "cs", "de", "pl", "es", "ja", "zh-hans", "ar"])
def test_labels_come_in_the_order_of_icu(ask: Ask, language: str) -> None:
    labels = [row["label"] for row in ask(Accept_Language=language).json()["data"]]
    collator = icu.Collator.createInstance(icu.Locale(language.replace("-hans", "_Hans")))
    pairs = itertools.pairwise(labels)
    assert all(collator.compare(first, second) <= 0 for first, second in pairs)


@pytest.mark.parametrize(
    ("language", "earlier", "later"),
    [
        ("sv", "Zimbabwe", "Österrike"),
        ("cs", "Honduras", "Chorvatsko"),
        ("de", "Ägypten", "Albanien"),
        ("pl", "Luksemburg", "Łotwa"),
        ("es", "Nueva Zelanda", "Omán"),
        ("ja", "アイスランド", "日本"),
        ("zh-hans", "阿尔巴尼亚", "中国"),
        ("ar", "أستراليا", "ألبانيا"),
    ],
)
def test_readers_find_countries_where_they_look(ask: Ask, language: str, earlier: str, later: str) -> None:
    labels = [row["label"] for row in ask(Accept_Language=language).json()["data"]]
    assert labels.index(earlier) < labels.index(later)


def test_no_value_ever_changes_or_is_reused(ask: Ask) -> None:
    """The golden file is the record: a new country may be added to it, no value may change."""
    recorded = {row["code"]: row["value"] for row in json.loads(GOLDEN.read_text(encoding="utf-8"))["data"]}
    values = {row["code"]: row["value"] for row in ask().json()["data"]}
    assert {code: value for code, value in values.items() if code in recorded} == recorded
    assert recorded["CN"] == 95010301
    assert recorded["JP"] == 95010302
    # The others follow in alpha-2 order as the data stood when they were first assigned, without a gap.
    others = sorted(set(recorded) - {"CN", "JP"})
    assert [recorded[code] for code in others] == list(range(95010303, 95010303 + 248))


def test_the_fixture_of_values_gives_each_number_once_and_unknowns_to_nobody(ask: Ask) -> None:
    lines = NUMBERS.read_text(encoding="utf-8").splitlines()[1:]
    numbers = {code: int(number) for code, number in (line.split("\t")[:2] for line in lines)}
    assert len(numbers) == len(set(numbers.values())) == len(lines)
    assert 95010300 not in numbers.values()
    assert {row["code"]: row["value"] for row in ask().json()["data"]}.items() <= numbers.items()


def test_unknown_is_never_listed(ask: Ask) -> None:
    rows = ask().json()["data"]
    assert 95010300 not in {row["value"] for row in rows}
    assert "UNKNOWN" not in {row["label"].upper() for row in rows}


def test_every_country_has_a_calling_code(ask: Ask) -> None:
    codes = {row["code"]: row["phoneCode"] for row in ask().json()["data"]}
    assert all(code.isascii() and code.isdigit() and not code.startswith("0") for code in codes.values())
    expected = {"US": "1", "CA": "1", "DO": "1", "KZ": "7", "XK": "383", "BV": "47", "TF": "262", "AQ": "672",
                "GS": "500", "HM": "672", "PN": "64", "UM": "1", "VA": "39", "GG": "44"}  # fmt: skip
    assert {code: codes[code] for code in expected} == expected


def test_numbers_are_integers_and_codes_are_iso(ask: Ask) -> None:
    rows = ask().json()["data"]
    assert rows
    for row in rows:
        assert type(row["numericCode"]) is int
        assert type(row["value"]) is int
        assert row["code"] == row["alpha2Code"]
        assert (len(row["alpha2Code"]), len(row["alpha3Code"])) == (2, 3)
