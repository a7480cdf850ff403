"""Spellings between which an orthography leaves the choice: ベネチア is ヴェネツィア, and चण्डीगढ़ चंडीगढ़."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice, product

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
# What each simple sound may stand for, and b for v.
FULL_SOUNDS: dict[str, list[str]] = defaultdict(list)
for _full, _simple in (*SOUNDS.items(), *zip(("ヴァ", "ヴィ", "ヴェ", "ヴォ", "ヴ"), "バビベボブ", strict=True)):
    FULL_SOUNDS[_simple].append(_full)
SIMPLE_SOUND = re.compile(f"({'|'.join(sorted(FULL_SOUNDS, key=len, reverse=True))})")
# So many other spellings of a text are looked for.
MOST = 48
# With the full spelling of Hebrew a consonant is written twice, or once: קריית, קרית. In names of elsewhere an aleph
# inside of a word stands for a vowel, which it may or may not; behind a yod it parts two, and is there: מיאמי.
DOUBLED = re.compile("([יו])\\1")
# It may be twice where few could read it otherwise, before these endings and, of a w, at the beginning: קריית, טברייה,
# תקווה, ווילמינגטון; not תל אבייב. Beside a yod the aleph is a matter of taste: דיאגו.
OFTEN_DOUBLED = re.compile("(י)י(?=[תהםו])|(ו)ו(?=[הת])|(?<![א-ת])(ו)ו")
ALEPH_BESIDE_YOD = re.compile("(?<=י)א(?=[א-ת])|(?<=[א-ת])א(?=י)")
SILENT_ALEPH, INNER_ALEPH = re.compile("(?<=[א-טכ-ת])א(?=[א-ת])"), re.compile("(?<=[א-ת])א(?=[א-ת])")
# A nasal before a consonant of its own class is the dot above, too.
NASALS = re.compile("ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])")
WAW_OR_YOD = re.compile("(?<=[א-ת])[וי](?=[א-ת])")
AT_HOME = frozenset({"IL", "PS"})
# The nasal of each class before a consonant of its own.
DOTS = (("ङ्", "क-घ"), ("ञ्", "च-झ"), ("ण्", "ट-ढ"), ("न्", "त-ध"), ("म्", "प-भ"))


def relaxed(name: str, country: str) -> str:
    """Return what the spellings of a name of a place in a country have in common; "" where it has one alone."""
    if KATAKANA.search(name):
        return FOREIGN_SOUND.sub(lambda sound: SOUNDS[sound[0]], name)
    if HEBREW.search(name):
        once = DOUBLED.sub(r"\1", name)
        return once if country in AT_HOME else SILENT_ALEPH.sub("", once)
    return NASALS.sub("ं", name) if DEVANAGARI.search(name) else ""


def relaxed_as_typed(text: str, country: str) -> str:
    """Return what a typed text has in common with the names that it may be, as `relaxed` gives it for those.

    What a Hebrew name has twice may be typed once, and a vowel left out; the other way round where that is usual alone.
    """
    if KATAKANA.search(text) or not HEBREW.search(text):
        return relaxed(text, country)
    once = OFTEN_DOUBLED.sub(lambda letters: letters[0][0], text)
    return once if country in AT_HOME else ALEPH_BESIDE_YOD.sub("", once)


def respelt(text: str) -> Iterator[str]:
    """Yield other spellings of a text that may be any place's name: サンディエゴ of サンジエゴ; at most `MOST`."""
    yield from islice((other for other in _respelt(text) if other != text), MOST)


def _respelt(text: str) -> Iterator[str]:
    if KATAKANA.search(text):
        yield FOREIGN_SOUND.sub(lambda sound: SOUNDS[sound[0]], text)
        parts = SIMPLE_SOUND.split(text)
        yield from map("".join, product(*((part, *FULL_SOUNDS.get(part, ())) for part in parts)))
    elif HEBREW.search(text):
        yield DOUBLED.sub(r"\1", text)
        yield from (f"{text[: at.end()]}{at[0]}{text[at.end() :]}" for at in WAW_OR_YOD.finditer(text))
        yield INNER_ALEPH.sub("", text)
    elif DEVANAGARI.search(text):
        yield NASALS.sub("ं", text)
        for nasal, consonants in DOTS:
            text = re.sub(f"ं(?=[{consonants}])", nasal, text)
        yield text
