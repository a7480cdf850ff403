"""Which scripts the letters of a name are of, and which a language is written in."""

import re
from functools import lru_cache

import icu

# Scripts that stand together in one language.
TOGETHER = {
    "Jpan": frozenset({"Hani", "Hira", "Kana"}),
    "Kore": frozenset({"Hang", "Hani"}),
    "Hans": frozenset({"Hani"}),
    "Hant": frozenset({"Hani"}),
}
HAN = frozenset({"Hani"})
ROMAN = re.compile(r"\b[IVX]+$")
NEUTRAL = frozenset({"Zyyy", "Zinh"})


@lru_cache(maxsize=128)
def script(language: str) -> str:
    """Return the script that a language is written in: "Cyrl" for "ru"."""
    locale = icu.Locale.forLanguageTag(language)
    locale.addLikelySubtags()
    return str(locale.getScript())


@lru_cache(maxsize=65_536)
def script_of(letter: str) -> str:
    """Return the script of one character: "Latn"."""
    return str(icu.Script.getScript(letter).getShortName())


@lru_cache(maxsize=262_144)
def scripts(name: str) -> frozenset[str]:
    """Return the scripts of the letters of a name."""
    return frozenset(script_of(char) for char in name if char.isalpha()) - NEUTRAL


def expected(language: str) -> frozenset[str]:
    """Return the scripts that names in a language are written in."""
    return TOGETHER.get(script(language), frozenset({script(language)}))


def wrong(name: str, language: str) -> str:
    """Return the scripts of a name none of which its language is written in, or nothing."""
    found = scripts(name)
    return " ".join(sorted(found)) if found and not found & expected(language) else ""


def mixed(name: str) -> str:
    """Return the scripts of a name that mixes several, or nothing; those of Japanese and Korean go together."""
    # A Roman numeral is no word.
    found = scripts(ROMAN.sub("", name))
    if len(found) < 2 or any(found <= together for together in TOGETHER.values()):
        return ""
    return " ".join(sorted(found))
