"""Which official name a reader gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.geography.models import OfficialName
from apps.geography.names.subdivision_names import Preference, choose, is_of_system, text


def name(text: str, language: str, romanization: str = "", **fields: object) -> OfficialName:
    return OfficialName(name=text, language=language, romanization=romanization, **fields)


BREST = [
    name("Brestskaya oblast'", "ru", "BGN/PCGN 1947"),
    name("Brėstskaja voblasc'", "be", "National 2007", is_primary=True),
    name("Brestskaya voblasts'", "be", "BGN/PCGN 1979"),
    name("Brestskaja oblast'", "ru", "GOST 1983"),
    name("Brestskaja voblasts", "be", "ISO 9", is_generated=True),
]


def chosen(language: str, *romanizations: str, rows: list[OfficialName] = BREST) -> str:
    return choose(rows, Preference(language, romanizations)).name


def test_the_row_in_the_readers_language_precedes_the_primary_one():
    assert chosen("ru") == "Brestskaya oblast'"
    assert chosen("be") == "Brėstskaja voblasc'"


def test_the_primary_row_is_for_readers_of_other_languages():
    assert chosen("en") == "Brėstskaja voblasc'"


def test_a_regional_language_finds_the_row_of_its_base_language():
    rows = [name("Zürich", "de", is_primary=True), name("Zurigo", "it")]
    assert chosen("de-at", rows=rows) == "Zürich"
    rows = [name("Beijing Shi", "zh", is_primary=True), name("Pekin", "fr")]
    assert chosen("zh-hans", rows=rows) == "Beijing Shi"


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_a_row_of_the_same_base_language_is_nearer_than_any_other(language):
    rows = [name("Pekin", "fr", is_primary=True), name("Beijing Shi", "zh"), name("Pechino", "it")]
    assert chosen(language, rows=rows) == "Beijing Shi"
    assert chosen("de", rows=rows) == "Pekin"
    # A parent is nearer still, and the language itself nearest.
    rows = [name("a", "fr", is_primary=True), name("b", "de-CH"), name("c", "de"), name("d", "de-AT")]
    assert chosen("de-at", rows=rows) == "d"
    assert chosen("de-at", rows=rows[:3]) == "c"
    assert chosen("de-at", rows=rows[:2]) == "b"


def test_a_name_in_the_native_script_is_not_isos():
    rows = [name("Anhui Sheng", "zh", is_primary=True), name("安徽省", "zh-Hans")]
    assert chosen("zh-hans", rows=rows) == chosen("en", rows=rows) == "Anhui Sheng"
    rows = [name("Bresckaja voblasć", "", is_primary=True), name("Брестская область", "ru-Cyrl")]
    assert chosen("ru", rows=rows) == "Bresckaja voblasć"


@pytest.mark.parametrize(
    ("preference", "expected"),
    [
        (["bgn"], "Brestskaya voblasts'"),
        (["PCGN"], "Brestskaya voblasts'"),
        (["un", "gost"], "Brestskaja oblast'"),
        (["gost 1983"], "Brestskaja oblast'"),
        (["un", "bgn", "default"], "Brestskaya voblasts'"),
        (["default", "bgn"], "Brėstskaja voblasc'"),
        (["Default", "bgn"], "Brėstskaja voblasc'"),
        (["un", "elot"], "Brėstskaja voblasc'"),
        (["national"], "Brėstskaja voblasc'"),
        ([" BGN "], "Brestskaya voblasts'"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, list) else "",
)
def test_the_first_preference_that_a_row_satisfies_wins(preference, expected):
    assert chosen("en", *preference) == expected


def test_of_rows_of_one_system_the_one_in_the_readers_language_is_chosen():
    assert chosen("ru", "bgn") == "Brestskaya oblast'"


def test_a_generated_row_is_chosen_only_where_no_published_one_is_of_the_system():
    assert chosen("be", "iso") == "Brestskaja voblasts"
    rows = [name("generated", "el", "ELOT 743", is_generated=True), name("Attikí", "el", "ELOT 743 1982")]
    assert chosen("el", "elot", rows=rows) == "Attikí"


def test_the_local_variant_replaces_the_chosen_name_where_there_is_one():
    cairo = name("Al Qāhirah", "ar", is_primary=True, local_variant="Cairo")
    assert text(cairo, Preference("en", local_variant=True)) == "Cairo"
    assert text(cairo, Preference("en")) == "Al Qāhirah"
    assert text(BREST[0], Preference("en", local_variant=True)) == "Brestskaya oblast'"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_system_is_answered(label, system):
    assert is_of_system(label, system) in {True, False}
    assert choose(BREST, Preference("en", (system,))) in BREST
