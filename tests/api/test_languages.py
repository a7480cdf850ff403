import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.api import languages
from apps.geography.names.languages import LANGUAGES


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7", "fr"),
        ("zh-CN", "zh-hans"),
        ("zh-SG", "zh-hans"),
        ("zh", "zh-hans"),
        ("zh-TW", "zh-hant"),
        ("zh-HK", "zh-hant"),
        ("zh-MO", "zh-hant"),
        ("cmn-Hant", "zh-hant"),
        ("zh-yue-HK", "zh-hant"),
        ("zh-Hans-CN-x-y", "zh-hans"),
        ("pt-BR", "pt-br"),
        ("pt", "pt"),
        ("pt-AO", "pt"),
        ("sr-Latn-RS", "sr-latn"),
        ("es-419", "es"),
        ("no", "nb"),
        ("iw", "he"),
        ("in", "id"),
        ("de_AT", "de"),
        ("EN", "en"),
        ("en ; Q=0.5", "en"),
        ("\tde\t,, en", "de"),
        ("de;q=bogus, fr", "fr"),
        ("de;q=0.1, fr;q=0.2", "fr"),
        ("de, fr", "de"),
        ("de;q=1, fr", "de"),
        ("tlh, de", "de"),
        ("xx, qq;q=0.5", None),
        ("", None),
        ("*", None),
        ("*;q=0", None),
        ("de;q=0, de", None),
        ("de;q=0, de-AT", None),
        ("no;q=0, nb", None),
        ("fr-CA;q=0, fr", "fr"),
        ("fr-CA;q=0", None),
        ("xx, *;q=0.5", None),
        ("żółć, pl", "pl"),
        ("q" * 60_000, None),
    ],
)
def test_negotiate_finds_the_language_that_lookup_would(header, expected):
    assert languages.negotiate(header) == expected


def test_a_wildcard_takes_the_first_preferred_language_that_is_not_excluded():
    assert languages.negotiate("en;q=0, *", ("en", "de")) == "de"
    assert languages.negotiate("en;q=0, *", ("en-gb", "de")) == "de"
    assert languages.negotiate("en-GB;q=0, *", ("en", "de")) == "en"
    assert languages.negotiate("*", ("en", "de")) == "en"


def test_a_language_cut_off_at_the_length_limit_is_not_taken_for_a_shorter_one():
    header = "x" * (languages.MAX_HEADER_LENGTH - 4) + ", frx"
    assert languages.negotiate(header) is None


def test_a_tag_of_many_subtags_is_cut():
    assert languages.lookup("-".join(["de"] + ["a"] * 100_000)) == "de"


@pytest.mark.parametrize(
    ("language", "tag"), [("zh-hans", "zh-Hans"), ("pt-br", "pt-BR"), ("de", "de"), ("sr-latn", "sr-Latn")]
)
def test_canonical_writes_bcp_47(language, tag):
    assert languages.canonical(language) == tag


def test_every_language_is_found_by_its_own_canonical_tag():
    assert {languages.lookup(languages.canonical(language)) for language in LANGUAGES} == LANGUAGES


@given(st.text(max_size=300))
def test_any_text_yields_one_of_our_languages_or_none(header):
    assert languages.negotiate(header) in LANGUAGES | {None}
