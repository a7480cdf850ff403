"""Native names of subdivisions, and their romanizations by ICU where its rules agree with published names.

Its rules for Arabic, Persian and Hebrew, which do not write their vowels, give nonsense and are not used.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import icu


class System(NamedTuple):
    """A romanization system, and the ICU transform that follows it, or the rules of one."""

    label: str
    transform: str


# ICU has no transform for the system that the United Nations took over from GOST, in which ISO writes Russian names.
# Each letter stands for one: "Altajskij kraj".
UN_RUSSIAN = "GOST 1983/UN 1987"
GOST = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e ë ž z i j k l m n o p r s t u f h c č š šč ” y ’ è ju ja".split(),
        strict=True,
    )
)
GOST_RULES = "".join(f"{one} > {other}; {one.upper()} > {other.capitalize()};" for one, other in GOST.items())

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
    "ru": (System("BGN/PCGN 1947", "Russian-Latin/BGN"), System(UN_RUSSIAN, GOST_RULES)),
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
def _transliterator(transform: str) -> icu.Transliterator:
    if ">" in transform:
        return icu.Transliterator.createFromRules("rules", transform, icu.UTransDirection.FORWARD)
    return icu.Transliterator.createInstance(transform)
