"""Spellings between which an orthography leaves the choice: ベネチア is ヴェネツィア, and चण्डीगढ़ चंडीगढ़."""

import re

KATAKANA, HEBREW, DEVANAGARI = re.compile("[ァ-ヺ]"), re.compile("[א-ת]"), re.compile("[ऀ-ॿ]")
# Sounds of other languages in Japanese, each beside what its table of 1991 lets people write in its place.
SOUNDS = {
    "ツィ": "チ",
    "ティ": "チ",
    "テュ": "チュ",
    "ディ": "ジ",
    "デュ": "ジュ",
    "ヂ": "ジ",
    "ヅ": "ズ",
    "トゥ": "ツ",
    "ドゥ": "ズ",
    "ウィ": "ウイ",
    "ウェ": "ウエ",
    "ウォ": "ウオ",
    "イェ": "イエ",
    "フュ": "ヒュ",
    "クァ": "クア",
    "クィ": "クイ",
    "クェ": "クエ",
    "クォ": "クオ",
    "グァ": "グア",
    "ヴュ": "ビュ",
}
FOREIGN_SOUND = re.compile("|".join(SOUNDS))
# With the full spelling of Hebrew a consonant is written twice, or once: קריית, קרית. In names of elsewhere an aleph
# inside of a word stands for a vowel, which it may or may not.
DOUBLED = re.compile("([יו])\\1")
INNER_ALEPH = re.compile("(?<=[א-ת])א(?=[א-ת])")
# A nasal before a consonant of its own class is the dot above, too.
NASALS = re.compile("ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])")
AT_HOME = frozenset({"IL", "PS"})


def relaxed(name: str, country: str) -> str:
    """Return what the spellings of a name of a place in a country have in common; "" where it has one alone."""
    if KATAKANA.search(name):
        return FOREIGN_SOUND.sub(lambda sound: SOUNDS[sound[0]], name)
    if HEBREW.search(name):
        once = DOUBLED.sub(r"\1", name)
        return once if country in AT_HOME else INNER_ALEPH.sub("", once)
    return NASALS.sub("ं", name) if DEVANAGARI.search(name) else ""
