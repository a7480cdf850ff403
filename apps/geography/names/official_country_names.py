"""The official names of countries in other languages: "Königreich Schweden"."""

from collections.abc import Mapping
from functools import lru_cache

import pycountry

from apps.geography.sources.countries.names import catalogues


def official_name(language: str, code: str) -> str:
    """Return the official name of a country in a language; empty where nobody has translated it."""
    return _translations().get(language, {}).get(code, "")


@lru_cache(maxsize=1)
def _translations() -> Mapping[str, Mapping[str, str]]:
    """Return `{language: {code: name}}` out of pycountry's catalogues."""
    english = {one.alpha_2: one.official_name for one in pycountry.countries if hasattr(one, "official_name")}
    return {
        language: {code: " ".join(catalogue[text].split()) for code, text in english.items() if text in catalogue}
        for language, catalogue in catalogues("iso3166-1")
    }
