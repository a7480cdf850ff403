"""Our facts to the fields of the rest_countries contract."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.conf import settings

from apps.api_styles.rest_countries.facts import Facts, Named
from apps.geography.facts.calling_codes import area_codes
from apps.geography.facts.time_zones import standard_offset, utc
from apps.geography.names.code_names import alpha3, currency_name, currency_symbol, flag_emoji, language_name

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# What clients know to be absent where there is none of it.
MAY_BE_EMPTY = {"tld", "currencies", "capital", "subregion", "languages", "borders"}

Country = dict[str, Any]


def country(facts: Facts, fields: Collection[str]) -> Country:
    """Return a country with those of `fields` that there are, with none given with all that it has.

    A list that has nothing in it is there where it is asked for, as clients know it.
    """
    if fields:
        values = {name: value(facts) for name, value in FIELDS.items() if name in fields}
        return {name: value for name, value in values.items() if value is not None}
    values = {name: value(facts) for name, value in FIELDS.items()}
    return {name: value for name, value in values.items() if value is not None and (value or name not in MAY_BE_EMPTY)}


def name(facts: Facts) -> Country:
    """Return the English names, and those in the official languages."""
    return {"common": facts.common, "official": facts.official, "nativeName": _texts(facts.native())}


def translations(facts: Facts) -> Country:
    """Return the names in all other languages."""
    return _texts(facts.translations())


def alternative_spellings(facts: Facts) -> list[str]:
    """Return the alpha-2 code, then further names in English and in the official languages."""
    native = [text for named in facts.native().values() for text in (named.official, named.common)]
    texts = dict.fromkeys([facts.row["code"], facts.official, *native, *facts.own_names])
    return [text for text in texts if text != facts.common]


def currencies(facts: Facts) -> Country:
    """Return the name and the sign of each currency in use, by its code."""
    code, languages = facts.row["code"], tuple(facts.row["languages"])
    return {
        currency: {"name": currency_name(currency), "symbol": currency_symbol(currency, code, languages)}
        for currency in facts.row["currencies"]
    }


def idd(facts: Facts) -> Country:
    """Return the calling code: its first digit in `root`, the rest in `suffixes`, which are to be put after it.

    Of the countries that share +1 all but the United States and Canada have their area codes for suffixes.
    """
    digits = facts.row["calling_code"]
    return {"root": f"+{digits[:1]}", "suffixes": [*area_codes(facts.row["code"], digits)] or [digits[1:]]}


def languages(facts: Facts) -> Country:
    """Return the English names of the official languages, by their ISO 639-3 codes."""
    return {alpha3(tag): language_name(tag) for tag in facts.row["languages"]}


def flags(facts: Facts) -> Country:
    """Return where the flag is, as a small picture and as a drawing."""
    address = f"{settings.PUBLIC_URL}/flags/{facts.row['code'].lower()}"
    return {"png": f"{address}.png", "svg": f"{address}.svg", "alt": f"The flag of {facts.common}"}


def maps(facts: Facts) -> Country | None:
    """Return maps of others that show the country."""
    north, east = facts.row["latitude"], facts.row["longitude"]
    if north is None or east is None:
        return None
    return {
        "googleMaps": f"https://www.google.com/maps/place/{quote(facts.common)}/@{north},{east},5z",
        "openStreetMaps": f"https://www.openstreetmap.org/#map=5/{north}/{east}",
    }


def time_zones(facts: Facts) -> Sequence[str]:
    """Return the standard times, from west to east: "UTC-05:00"."""
    offsets = {standard_offset(zone) for zone in facts.row["time_zones"]}
    return [utc(offset) for offset in sorted(offsets)]


def demonyms(facts: Facts) -> Country | None:
    """Return what people are called in English, for women and for men alike."""
    demonym = facts.row["demonym"]
    return {"eng": {"f": demonym, "m": demonym}} if demonym else None


def position(facts: Facts) -> Sequence[float] | None:
    """Return latitude and longitude."""
    north, east = facts.row["latitude"], facts.row["longitude"]
    return None if north is None or east is None else [north, east]


def postal_code(facts: Facts) -> Country | None:
    """Return the regular expression of postal codes."""
    pattern = facts.row["postal_code_pattern"]
    return {"regex": pattern} if pattern else None


def first_day(facts: Facts) -> str | None:
    """Return the day on which the week begins."""
    day = facts.row["first_week_day"]
    return None if day is None else DAYS[day]


def _listed(value: Any) -> list[Any]:
    return [value] if value else []


def _texts(named: Mapping[str, Named]) -> Country:
    return {key: {"official": one.official, "common": one.common} for key, one in named.items()}


# In the order of the contract; what returns None is left out.
FIELDS: Mapping[str, Callable[[Facts], Any]] = {
    "name": name,
    "tld": lambda facts: _listed(facts.row["top_level_domain"]),
    "cca2": lambda facts: facts.row["code"],
    "ccn3": lambda facts: f"{facts.row['numeric']:03}",
    "cca3": lambda facts: facts.row["alpha3"],
    "independent": lambda facts: facts.row["is_independent"],
    "status": lambda facts: facts.row["iso_status"],
    "unMember": lambda facts: facts.is_un_member,
    "currencies": currencies,
    "idd": idd,
    "capital": lambda facts: facts.capitals,
    "altSpellings": alternative_spellings,
    "region": lambda facts: facts.region,
    "subregion": lambda facts: facts.subregion,
    "languages": languages,
    "latlng": position,
    "landlocked": lambda facts: facts.is_landlocked,
    "borders": lambda facts: facts.neighbours,
    "area": lambda facts: facts.row["area_km2"],
    "demonyms": demonyms,
    "translations": translations,
    "flag": lambda facts: flag_emoji(facts.row["code"]),
    "maps": maps,
    "population": lambda facts: facts.row["population"],
    "car": lambda facts: {"signs": [], "side": facts.row["driving_side"]},
    "timezones": time_zones,
    "continents": lambda facts: [facts.continent],
    "flags": flags,
    "startOfWeek": first_day,
    "capitalInfo": lambda facts: {"latlng": facts.seat.at} if facts.seat else {},
    "postalCode": postal_code,
}
