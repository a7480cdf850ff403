"""Which header values are well-formed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.api.errors import Refusal
from apps.api_styles.constants import headers
from apps.geography.names.languages import LANGUAGES

GOOD = {"X-Client-Hash": "abc", "X-LOCALE": "en-US", "User-Agent": "Browser/1.0", "Accept-Language": "en"}


@pytest.mark.parametrize(
    "tag",
    "en en-US zh-Hans zh_Hans zh-Hant-TW EN-us es-419 sl-rozaj-biske de-1996 de-CH-1901 sr-Latn-RS zh-cmn-Hans-CN "
    "en-US-u-ca-gregory-nu-latn en-x-private x-private i-klingon en-GB-oed sgn-BE-FR hy-Latn-IT-arevela".split(),
)
def test_a_well_formed_tag_is_a_language_tag(tag: str) -> None:
    assert headers.is_language_tag(tag)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_that_we_hold_is_a_language_tag(language: str) -> None:
    assert headers.is_language_tag(language)


@pytest.mark.parametrize(
    "tag",
    ["", "e", "*", "en-", "-en", "en--US", "en US", "1234", "en-US-", "a-b", "englishlanguage", "en-x", "en-u",
     "en-US-GB", "en\n", "en\x00", "ën", "٣en", "en-US\n", "i-", "x-", "x-123456789", "en-a"],
)  # fmt: skip
def test_another_text_is_no_language_tag(tag: str) -> None:
    assert not headers.is_language_tag(tag)


def test_a_language_tag_has_an_end() -> None:
    assert not headers.is_language_tag("en-x" + "-abcdefgh" * 7_000)


@given(st.text())
def test_any_text_is_one_or_the_other(text: str) -> None:
    assert headers.is_language_tag(text) in {True, False}


@given(st.dictionaries(st.sampled_from(headers.REQUIRED), st.text(max_size=200)))
def test_whatever_is_sent_is_accepted_or_refused_by_name(given_headers: dict[str, str]) -> None:
    try:
        headers.check(given_headers)
    except Refusal as refusal:
        faulty = refusal.problem.parameter.split(", ")
        assert set(faulty) <= set(headers.REQUIRED)
        headers.check(given_headers | {name: GOOD[name] for name in faulty})
    else:
        assert set(given_headers) == set(headers.REQUIRED)
