"""What packages call countries, currencies and languages, by their codes: CLDR, and pycountry with ISO's catalogues."""

import pickle
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import orjson
import pycountry
from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global
from babel.numbers import get_currency_name

from apps.geography.sources.countries.names import catalogues, withheld

# ISO 639-3 has no code of its own for what BCP 47 calls by these (or it is a group of languages).
ALPHA3 = {"no": "nor", "sh": "hbs"}
# ISO's short names turned round, for lists: "Congo, République démocratique du".
INVERTED = re.compile(r"(?P<name>[^,،(]+(?: \([^,]+\))?)[,،] (?P<rest>[^,،(]+)")


@lru_cache(maxsize=512)
def alpha3(tag: str) -> str:
    """Return the ISO 639-3 code of a BCP 47 tag's language: "swe" for "sv", "zho" for "zh-Hans"."""
    base = tag.partition("-")[0].lower()
    if len(base) == 3:
        return base
    return _of_two_letters().get(base) or ALPHA3.get(base, base)


@lru_cache(maxsize=512)
def language_name(tag: str) -> str:
    """Return the English name of a BCP 47 tag's language, without region and script; CLDR's, else ISO 639-3's."""
    base = tag.partition("-")[0].lower()
    name = Locale("en").languages.get(base)
    if name is None:
        code = alpha3(base)
        name = next((each["name"] for each in _iso_639_3() if each["alpha_3"] == code), base)
    return str(name)


@lru_cache(maxsize=1024)
def country_name(tag: str, code: str) -> str:
    """Return CLDR's name of a country in a language that need not be among ours; empty where there is none."""
    try:
        return _of_locale(tag, "territories", code)
    except (UnknownLocaleError, ValueError):
        return ""


def official_name(language: str, code: str) -> str:
    """Return the official name of a country in a language; empty where nobody has translated it.

    ISO gives some countries no other name than the short one, which then stands for it: "Российская Федерация".
    """
    return _translations().get(language, {}).get(code, "")


@lru_cache(maxsize=512)
def currency_name(code: str) -> str:
    """Return CLDR's English name of a currency."""
    return str(get_currency_name(code, locale="en"))


@lru_cache(maxsize=1024)
def currency_symbol(code: str, country: str, languages: Sequence[str]) -> str:
    """Return how a currency is written where it is used: "kr" in Sweden; its code where CLDR has no sign.

    languages: the BCP 47 tags of the country's official languages; the first that has a sign decides.
    """
    for locale in (*(f"{tag}-{country}" for tag in languages), "en"):
        try:
            symbol = _of_locale(locale, "currency_symbols", code)
        except (UnknownLocaleError, ValueError):
            continue
        if symbol != code and (plain := _plain(symbol)):
            return plain
    return code


def flag_emoji(code: str) -> str:
    """Return the flag of a country as an emoji: its alpha-2 code in regional indicator letters."""
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in code)


def forget_locales() -> None:
    """Let go of what Babel has read of locales, which it would keep; to be called when a list has been made."""
    localedata._cache.clear()
    _own.cache_clear()


def _of_locale(tag: str, kind: str, code: str) -> str:
    """Return what CLDR has for a code in the locale of a BCP 47 tag, empty where it has nothing.

    A list of all countries asks for 250 locales. Babel would make each of them whole, with all that it inherits: three
    times as slow, and 25 MB that a process hardly gives back. Raises UnknownLocaleError or ValueError.
    """
    tables = (_own(name, kind) for name in _inherited(str(Locale.parse(tag, sep="-"))))
    return next((table[code] for table in tables if code in table), "")


@lru_cache(maxsize=256)
def _own(name: str, kind: str) -> Mapping[str, str]:
    with Path(localedata.resolve_locale_filename(name)).open("rb") as file:
        table: Mapping[str, str] = pickle.load(file).get(kind, {})  # noqa: S301 - the package's own
    return table


def _inherited(name: str) -> Iterator[str]:
    """Yield a locale and those that it inherits from, the nearest first, as Babel goes by them."""
    while name != "root":
        yield name
        is_first = "_" not in name or localedata._is_non_likely_script(name)
        name = get_global("parent_exceptions").get(name) or ("root" if is_first else name.rpartition("_")[0])
    yield name


def _plain(symbol: str) -> str:
    """Return a sign without marks of direction, in the usual width: "￥" is "¥"."""
    visible = "".join(char for char in symbol if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", visible).strip()


@lru_cache(maxsize=1)
def _of_two_letters() -> Mapping[str, str]:
    """Return `{ISO 639-1 code: ISO 639-3 code}`."""
    return {each["alpha_2"]: each["alpha_3"] for each in _iso_639_3() if "alpha_2" in each}


def _iso_639_3() -> Iterator[Mapping[str, str]]:
    """Yield the 8,000 languages of ISO 639-3, one at a time: pycountry would keep them, in 7 MB, to find a few."""
    text = (Path(pycountry.DATABASE_DIR) / "iso639-3.json").read_bytes()
    return (orjson.loads(match[0]) for match in re.finditer(rb"\{[^{}]+\}", text))


@lru_cache(maxsize=1)
def _translations() -> Mapping[str, Mapping[str, str]]:
    """Return `{language: {code: name}}` out of pycountry's catalogues, without what is another country's."""
    english = {one.alpha_2: getattr(one, "official_name", one.name) for one in pycountry.countries}
    wrong = withheld()
    return {
        language: {
            code: _in_order(name, text)
            for code, text in english.items()
            # What is as in English has not been translated.
            if (name := " ".join(catalogue.get(text, text).split())) != text and (code, language, name) not in wrong
        }
        for language, catalogue in catalogues("iso3166-1")
    }


def _in_order(name: str, english: str) -> str:
    """Return a name put in order: "République démocratique du Congo"; a list of islands stays as it is."""
    inverted = None if " and " in english or "China" in english else INVERTED.fullmatch(name)
    if inverted is None:
        return name
    own, rest = inverted["name"], inverted["rest"]
    return rest if own[:4] in rest else f"{rest} {own}"
