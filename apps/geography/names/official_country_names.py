"""The official names of countries in other languages: "Königreich Schweden"."""

from collections.abc import Mapping
from functools import lru_cache

import pycountry

from apps.geography.sources.country_names import catalogues


def official_name(language: str, english: str) -> str:
    """Return an official name in a language by the English one; empty where nobody has translated it."""
    return _translations().get(language, {}).get(english, "")


@lru_cache(maxsize=1)
def _translations() -> Mapping[str, Mapping[str, str]]:
    """Return `{language: {English: translated}}` out of pycountry's catalogues."""
    wanted = {country.official_name for country in pycountry.countries if hasattr(country, "official_name")}
    return {
        language: {english: " ".join(catalogue[english].split()) for english in wanted & catalogue.keys()}
        for language, catalogue in catalogues("iso3166-1")
    }
