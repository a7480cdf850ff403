"""Which characters names may hold."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.geography.validation.characters import fault, misread, nameless, tidied


@pytest.mark.parametrize(
    "text",
    [
        "Łódź",
        "'s-Hertogenbosch",
        "北京",
        "هنگ\u200cکنگ",  # Persian
        "മലപ്പുറം\u200d",  # Malayalam, at the end
        "अ\u200dॅक्रा",  # Marathi
        "අන්ද්\u200dරා",  # Sinhala
        "កោះ\u200bអាឡង់",  # Khmer
        "葛\U000e0100城",  # the variant of a letter
        "Ta`ū",
        "メクレンブルク=フォアポンメルン",
    ],
)
def test_letters_of_every_script_may_stand_as_it_is_written(text: str) -> None:
    assert fault(text) is None
    assert tidied(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ber\u0000lin", "a control character, U+0000"),
        ("Ber\nlin", "a control character, U+000A"),
        ("Ber\u202elin", "direction of writing, U+202E RIGHT-TO-LEFT OVERRIDE, at place 4"),
        ("\u200fBerlin", "direction of writing, U+200F"),
        ("Ber\u2066lin", "direction of writing"),
        ("Ber\u200blin", "an invisible character, U+200B ZERO WIDTH SPACE"),
        ("Ber\u200clin", "an invisible character, U+200C"),
        ("\u200dکنگ", "an invisible character, U+200D"),
        ("Ber\ufefflin", "an invisible character, U+FEFF"),
        ("Ber\u2060lin", "an invisible character, U+2060"),
        ("Ber\u3164lin", "an invisible character, U+3164 HANGUL FILLER"),
        ("Ber\ufe0flin", "an invisible character, U+FE0F"),
        ("Ber\U000e0042lin", "an invisible character"),
        ("Ber\ue000lin", "a character of private use, U+E000"),
        ("Ber\ud800lin", "half a character, U+D800"),
        ("Ber\U000e0fffnlin", "that Unicode does not have"),
        ("Ber\uffffnlin", "that Unicode does not have"),
        ("Ber\ufffdlin", "unreadable character, U+FFFD"),
        ("Ber\u2028lin", "a line break"),
        ("Ber\u00a0lin", "a space of another kind"),
        ("Lo\u0301dz", "composed characters (NFC)"),
        (" Berlin", "the spaces from its ends"),
        ("Zürich ", "the spaces from its ends"),
    ],
    ids=ascii,
)
def test_what_nobody_sees_is_named_with_its_place(text: str, said: str) -> None:
    assert said in (fault(text) or "nothing")


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("Lo\u0301dz\u0301", "Lódź"),
        ("\u00a0Bern\u2003", "Bern"),
        ("New\u00a0York", "New York"),
        ("Reyk\u00adja\u00advík", "Reykjavík"),
        ("\u200dക\u200c\u200cല", "ക\u200cല"),
        ("ខ្មែរ\u200b (ក)", "ខ្មែរ (ក)"),
    ],
    ids=ascii,
)
def test_what_looks_the_same_is_repaired(text: str, looks: str) -> None:
    assert tidied(text) == unicodedata.normalize("NFC", looks)
    assert fault(tidied(text)) is None


@pytest.mark.parametrize(("text", "is_nameless"), [("", True), ("-", True), ("???", True), ("Å", False), ("8", False)])
def test_a_name_has_a_letter_or_a_digit(text: str, is_nameless: bool) -> None:
    assert nameless(text) is is_nameless


@given(st.text(st.characters(), max_size=30))
def test_tidying_settles_and_leaves_nothing_hidden_behind(text: str) -> None:
    once = tidied(text)
    assert tidied(once) == once
    if fault(once) is None:
        assert not any(unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} for char in once)
        once.encode()


@pytest.mark.parametrize(
    "text", ["München", "Übach", "Şanlıurfa", "Mỹ Tho", "București", "Москва", "東京", "Ústí nad Labem"]
)
def test_utf8_that_was_taken_for_an_encoding_of_windows_is_read_again(text: str) -> None:
    assert misread(text.encode().decode("latin-1")) == text
    with suppress(UnicodeDecodeError):
        assert misread(text.encode().decode("cp1252")) == text


@pytest.mark.parametrize(
    "text", ["Èžva", "Sloboda-Èžva", "Úžice", "São Paulo", "Ürümqi", "Čačak", "Łódź", "Æ", "Straße"]
)
def test_letters_that_could_be_misread_ones_are_taken_for_what_they_are(text: str) -> None:
    assert misread(text) is None
