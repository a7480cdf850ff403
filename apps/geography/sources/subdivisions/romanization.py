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


def _rules(letters: str, latin: str, before: str = "") -> str:
    """Return the rules of a transform, a letter after the other, in both cases; before: rules that precede these."""
    pairs = zip(letters, latin.split(), strict=True)
    return before + "".join(f"{one} > {two}; {one.upper()} > {two.capitalize()};" for one, two in pairs)


# ICU has no transforms for the systems that the United Nations took over from the countries. ISO writes Russian and
# Ukrainian names in them: "Altajskij kraj", "Zaporizka oblast".
UN_RUSSIAN = "GOST 1983/UN 1987"
GOST_RULES = _rules(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "a b v g d e ë ž z i j k l m n o p r s t u f h c č š šč ” y ’ è ju ja",
)
UKRAINIAN_RULES = _rules(
    "абвгґдеєжзиіїйклмнопрстуфхцчшщюя",
    "a b v h g d e ye zh z y i yi y k l m n o p r s t u f kh ts ch sh shch yu ya",
    "[ьЬ'’ʼ] > ; :: Null; зг > zgh; Зг > Zgh;"
    "[:L:] { є > ie; [:L:] { ї > i; [:L:] { й > i; [:L:] { ю > iu; [:L:] { я > ia;",
)
BULGARIAN_RULES = _rules(
    "абвгдежзийклмнопрстуфхцчшщъьюя",
    "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya",
    "ия } [^[:L:]] > ia;",
)


SYSTEMS: dict[str, tuple[System, ...]] = {
    "be": (System("BGN/PCGN 1979", "Belarusian-Latin/BGN"),),
    "bg": (System("BGN/PCGN 1952", "Bulgarian-Latin/BGN"), System("UN 2012", BULGARIAN_RULES)),
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
    "uk": (System("BGN/PCGN 1965", "Ukrainian-Latin/BGN"), System("UN 2012", UKRAINIAN_RULES)),
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
