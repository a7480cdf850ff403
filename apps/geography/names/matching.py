"""When two spellings are the same to a reader."""

import re
import unicodedata

import icu

# ICU's search collation at primary strength: case, accents and width do not count, nor do spaces, punctuation
# and symbols; vowel signs and letters such as й do. Its Arabic takes the hamza for an accent.
SEARCH = icu.Collator.createInstance(icu.Locale.forLanguageTag("und-u-co-search-ka-shifted-kk-ks-level1-kv-currency"))

# Chinese in either script; few other texts have these characters.
HAN = re.compile("[\u3400-\u9fff]")
SIMPLIFIED = icu.Transliterator.createInstance("Traditional-Simplified")

# Letters to Unicode, apostrophes to whoever types them: Oʻzbekiston.
APOSTROPHES = re.compile("[ʻʼʹʾʿ]")


def folded(text: str) -> str:
    """Return `text` for comparison without regard to case: NFC after Unicode case folding.

    Literal filters use it, alike on SQLite and PostgreSQL, whose own LIKE differ.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def loosened(text: str) -> bytes:
    """Return a key that spellings share which differ in case, accents, spaces and punctuation alone.

    "Côte d’Ivoire" and "COTE DIVOIRE" have the same; so have i with a dot and without, and Chinese in Traditional
    and in Simplified characters. Empty where nothing else is in `text`.
    """
    if HAN.search(text):
        text = SIMPLIFIED.transliterate(text)
    key: bytes = SEARCH.getSortKey(APOSTROPHES.sub("", text).replace("ı", "i"))
    return key.rstrip(b"\x00")
