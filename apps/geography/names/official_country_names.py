"""The official names of countries in other languages: "Königreich Schweden"."""

import re
from collections.abc import Mapping
from functools import lru_cache

import pycountry

from apps.geography.sources.countries.names import catalogues, withheld

# ISO's short names turned round, for lists: "Congo, République démocratique du".
INVERTED = re.compile(r"(?P<name>[^,،(]+(?: \([^,]+\))?)[,،] (?P<rest>[^,،(]+)")


def official_name(language: str, code: str) -> str:
    """Return the official name of a country in a language; empty where nobody has translated it.

    ISO gives some countries no other name than the short one, which then stands for it: "Российская Федерация".
    """
    return _translations().get(language, {}).get(code, "")


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
