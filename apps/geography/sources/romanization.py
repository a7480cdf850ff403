"""Native names of subdivisions, and their romanizations by ICU where its rules agree with published names.

Its rules for Arabic, Persian and Hebrew, which do not write their vowels, give nonsense and are not used.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import icu


class System(NamedTuple):
    """A romanization system, and the ICU transform that follows it."""

    label: str
    transform: str


SYSTEMS: dict[str, tuple[System, ...]] = {
    "be": (System("BGN/PCGN 1979", "Belarusian-Latin/BGN"),),
    "bg": (System("BGN/PCGN 1952", "Bulgarian-Latin/BGN"),),
    "el": (System("BGN/PCGN 1962", "Greek-Latin/BGN"), System("UN/ELOT 743", "Greek-Latin/UNGEGN")),
    "hy": (System("BGN/PCGN 1981", "Armenian-Latin/BGN"),),
    "ka": (System("BGN/PCGN 2009", "Georgian-Latin/BGN"),),
    "kk": (System("BGN/PCGN 1979", "Kazakh-Latin/BGN"),),
    "ky": (System("BGN/PCGN 1979", "Kirghiz-Latin/BGN"),),
    "mk": (System("BGN/PCGN 1981", "Macedonian-Latin/BGN"),),
    "mn": (System("BGN/PCGN 1964", "Mongolian-Latin/BGN"),),
    "ru": (System("BGN/PCGN 1947", "Russian-Latin/BGN"),),
    # The Latin alphabet of Serbia itself, as the boards agreed.
    "sr": (System("BGN/PCGN 2005", "Serbian-Latin/BGN"),),
    "uk": (System("BGN/PCGN 1965", "Ukrainian-Latin/BGN"),),
}
# The boards print apostrophes where ICU has primes.
PRIMES = str.maketrans("ʹʺ", "’”")
# ICU underlines what would be ambiguous on the way back to Greek; names in print are without it.
UNDERLINE = "\u0331"


def romanized(name: str, language: str) -> list[tuple[str, str]]:
    """Return (system, romanization) for each system of the language that ICU knows well."""
    results = []
    for label, transform in SYSTEMS.get(language, ()):
        latin = unicodedata.normalize("NFD", _transliterator(transform).transliterate(name).translate(PRIMES))
        text = unicodedata.normalize("NFC", latin.replace(UNDERLINE, ""))
        if language == "ka":
            # Georgian has no capitals.
            text = re.sub(r"(?:^|(?<=[\s-]))\w", lambda letter: letter[0].upper(), text)
        results.append((label, text))
    return results


def script(language: str) -> str:
    """Return the script that a language is written in: "Cyrl" for "ru"."""
    locale = icu.Locale.forLanguageTag(language)
    locale.addLikelySubtags()
    return str(locale.getScript())


def is_latin(text: str) -> bool:
    """Return whether all letters of the text are Latin."""
    return all(unicodedata.name(char, "").startswith("LATIN") for char in text if char.isalpha())


@lru_cache(maxsize=32)
def _transliterator(name: str) -> icu.Transliterator:
    return icu.Transliterator.createInstance(name)
