"""Our names to those of the csc contract, where degrees are strings, and time zones and translations JSON in one."""

import zlib
from collections.abc import Mapping
from typing import Any, TypedDict

import orjson
from babel.dates import get_timezone_name

from apps.api.languages import canonical, lookup
from apps.geography.facts.calling_codes import area_codes
from apps.geography.facts.time_zones import abbreviation, standard_offset, utc
from apps.geography.models.countries import Subregion
from apps.geography.names.code_names import country_name, currency_name, currency_symbol, flag_emoji
from apps.geography.names.languages import LANGUAGES, parents

Row = dict[str, Any]

# The contract's own words for two languages.
OTHER_KEYS = {"kr": "ko", "cn": "zh-hans"}
# Of states whose code is none of ISO's, which is longer than three: beyond what the others have.
FIRST_OTHER_ID = 10**8


class Country(TypedDict):
    """A country of the list."""

    id: int
    name: str
    iso2: str
    iso3: str
    numeric_code: str
    phonecode: str
    capital: str
    currency: str
    currency_name: str
    currency_symbol: str
    tld: str
    native: str
    region: str
    subregion: str
    latitude: str | None
    longitude: str | None
    emoji: str
    emojiU: str


class DetailedCountry(Country):
    """One country. `timezones` and `translations` are JSON in a string."""

    timezones: str
    translations: str


class State(TypedDict):
    """A state. `iso2`: the tail of its ISO 3166-2 code."""

    id: int
    name: str
    country_id: int
    country_code: str
    iso2: str
    type: str | None


class City(TypedDict):
    """A city. `id`: that of GeoNames; negative where GeoNames does not have it."""

    id: int
    name: str
    latitude: str | None
    longitude: str | None


def country(row: Row) -> Country:
    """Return a country; `regions` and `names` have been added to its row."""
    code, languages = row["code"], tuple(row["languages"])
    currency = next(iter(row["currencies"]), "")
    return {
        "id": row["numeric"],
        "name": row["label"],
        "iso2": code,
        "iso3": row["alpha3"],
        "numeric_code": f"{row['numeric']:03}",
        "phonecode": row["calling_code"] + next(iter(area_codes(code, row["calling_code"])), ""),
        "capital": row["capital"],
        "currency": currency,
        "currency_name": currency_name(currency) if currency else "",
        "currency_symbol": currency_symbol(currency, code, languages) if currency else "",
        "tld": row["top_level_domain"],
        "native": native(row),
        "region": next(iter(row["regions"]), ""),
        "subregion": str(Subregion(row["subregion"]).label) if row["subregion"] else "",
        "latitude": _text(row["latitude"]),
        "longitude": _text(row["longitude"]),
        "emoji": flag_emoji(code),
        "emojiU": " ".join(f"U+{ord(letter):X}" for letter in flag_emoji(code)),
    }


def detailed_country(row: Row, names: Mapping[str, str]) -> DetailedCountry:
    """Return a country with its time zones, and its names in all our languages."""
    found = {language: next((names[one] for one in parents(language) if one in names), "") for language in LANGUAGES}
    texts = {canonical(language): name for language, name in sorted(found.items()) if name}
    texts |= {key: names[language] for key, language in OTHER_KEYS.items() if language in names}
    zones = [time_zone(zone) for zone in row["time_zones"]]
    return {**country(row), "timezones": orjson.dumps(zones).decode(), "translations": orjson.dumps(texts).decode()}


def time_zone(zone: str) -> dict[str, Any]:
    """Return the standard time of a zone."""
    offset = standard_offset(zone)
    return {
        "zoneName": zone,
        "gmtOffset": round(offset.total_seconds()),
        "gmtOffsetName": utc(offset),
        "abbreviation": abbreviation(zone),
        "tzName": get_timezone_name(zone, locale="en"),
    }


def native(row: Row) -> str:
    """Return the name in the first of the official languages that has one, else the English one."""
    for tag in row["languages"]:
        language = lookup(tag)
        if name := (row["names"].get(language) if language else None) or country_name(tag, row["code"]):
            return str(name)
    return str(row["label"])


def state(row: Row) -> State:
    """Return a state."""
    return {
        "id": state_id(row["code"], row["country__numeric"]),
        "name": row["label"],
        "country_id": row["country__numeric"],
        "country_code": row["country_id"],
        "iso2": row["code"].partition("-")[2],
        "type": row["type__name_en"] or None,
    }


def state_id(code: str, numeric: int) -> int:
    """Return the number of a state, which its code alone decides: it is the same in every installation, for ever."""
    tail = code.partition("-")[2]
    if tail.isalnum() and len(tail) <= 3:
        # Base 37, so that "1", "01" and "001" differ.
        number = 0
        for char in tail:
            number = number * 37 + int(char, 36) + 1
        return numeric * 37**3 + number
    return FIRST_OTHER_ID + zlib.crc32(code.encode())


def city(pk: int, name: str, north: float | None, east: float | None) -> City:
    """Return a city."""
    return {"id": pk, "name": name, "latitude": _text(north), "longitude": _text(east)}


def _text(number: float | None) -> str | None:
    return None if number is None else f"{number:.8f}"
