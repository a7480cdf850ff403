"""What a right row is, table by table and column by column: the one definition for every way in.

Each model takes its rules from here (`City.rules`), and by them go all imports, spreadsheets and forms. The rules are
plain functions: each tells what to do about a value, or None where it is right.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import icu
from babel import Locale
from django.utils.translation import gettext, gettext_noop

from apps.geography.names.languages import LANGUAGES
from apps.geography.validation.characters import fault, misread, nameless, tidied
from apps.imports.rules import Problem, Rule, Rules

# As long as the columns of names are.
LONGEST = 200
ALPHA2, ALPHA3 = re.compile("[A-Z]{2}"), re.compile("[A-Z]{3}")
CALLING_CODE = re.compile("[1-9][0-9]{0,2}")
DOMAIN = re.compile(r"\.[a-z]{2,9}")
SUBDIVISION = re.compile("[A-Z]{2}-[A-Z0-9]{1,3}")
OWN_SUBDIVISION = re.compile("[A-Z]{2}-[A-Z0-9_-]{1,17}")
SUCCESSOR = re.compile(f"{ALPHA2.pattern}|{OWN_SUBDIVISION.pattern}")
# In a regular expression: what stands for itself, and what may come any number of times.
LITERAL, ENDLESS = re.compile(r"\\.|\[[^]]*\]"), re.compile(r"[*+]|\{[0-9]*,\}|\{[^}]*[0-9]{3}")
# BCP 47: language, script, region, variants, and what is private.
TAG = re.compile(r"([a-z]{2,3})(-[A-Za-z]{4})?(-[A-Za-z]{2}|-[0-9]{3})?(-[A-Za-z0-9]{5,8})*(-x(-[A-Za-z0-9]{1,8})+)?")

# What spreadsheets put in the place of a name: the error of a formula in whatever language, a day, and a time.
SPOILT = re.compile(r"#[A-Z/0]{2,8} ?[!?]?|Err:[0-9]{3}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}(:[0-9]{2}){1,2}")


def text(value: str) -> str | None:
    """Judge letters that people read."""
    return fault(value)


def name(value: str) -> str | None:
    """Judge what something is called."""
    if nameless(value):
        return gettext("give a name: it has neither a letter nor a digit")
    if SPOILT.fullmatch(value):
        return gettext("give the name that a spreadsheet has made this of")
    if "?" in value:
        return gettext("write the letter that ? stands for: the file was saved in an encoding that lacks it")
    if read := misread(value):
        return gettext("write {name}: it was read in another encoding than it was written in").format(name=read)
    return fault(value)


def within(least: float, most: float, what: str) -> Rule:
    """Return the rule that a number lies between two others, both included."""
    return lambda value: (
        None
        if least <= value <= most
        else gettext("give {what} from {least} to {most}").format(what=gettext(what), least=least, most=most)
    )


def shaped(pattern: re.Pattern[str], what: str) -> Rule:
    """Return the rule that a whole text has a shape."""
    return lambda value: None if pattern.fullmatch(value) else gettext("give {what}").format(what=gettext(what))


def each(rule: Rule) -> Rule:
    """Return the rule that every entry of a list is a text that the rule allows, as long as a name, and there once."""

    def of_list(values: list[Any]) -> str | None:
        if len(set(map(str, values))) < len(values):
            return gettext("give each entry once")
        if any(len(str(value)) > LONGEST for value in values):
            return gettext("shorten each entry to {number} characters").format(number=LONGEST)
        remedies = (rule(value) if isinstance(value, str) else gettext("give texts") for value in values)
        return next(filter(None, remedies), None)

    return of_list


def weekday(value: Any) -> str | None:
    """Judge a day of the week."""
    return None if value in range(7) else gettext("give days of the week, from 0 (Monday) to 6")


def weekdays(values: list[Any]) -> str | None:
    """Judge days of the week."""
    return next((remedy for value in values if (remedy := weekday(value))), None)


def geonames_id(value: int) -> str | None:
    """Judge the id of a city: those of GeoNames are positive, our own negative."""
    return None if value else gettext("give the id that GeoNames has for it, or a negative number of your own")


def time_zone(value: str) -> str | None:
    """Judge a zone of the IANA database, which this machine or ICU has to know: either may be newer."""
    return None if value in time_zones() else gettext("give a time zone of the IANA database, such as Europe/Berlin")


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """Return the names of the time zones."""
    of_icu = {zone for zone in icu.TimeZone.createEnumeration() if "/" in zone}
    return frozenset(available_timezones() | {zone for zone in of_icu if not zone.startswith(("SystemV/", "Etc/Unk"))})


def our_language(value: str) -> str | None:
    """Judge a language that names are kept in."""
    return (
        None
        if value in LANGUAGES
        else gettext("give the code of a language that we hold, such as de, pt-br or zh-hant")
    )


def language_tag(value: str) -> str | None:
    """Judge a tag of some language of the world."""
    if _is_language_tag(value):
        return None
    return gettext("give the BCP 47 tag of a language, such as de, pt-br or zh-Hant")


@lru_cache(maxsize=4096)
def _is_language_tag(value: str) -> bool:
    match = TAG.fullmatch(value)
    if match is None:
        return False
    import pycountry

    if len(match[1]) == 2:
        return pycountry.languages.get(alpha_2=match[1]) is not None
    known = pycountry.languages.get(alpha_3=match[1]) or pycountry.language_families.get(alpha_3=match[1])
    return known is not None


def pattern(value: str) -> str | None:
    """Judge a regular expression."""
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError):
        return gettext("give a regular expression")
    if ENDLESS.search(LITERAL.sub("", value)):
        # Whoever has it run would wait, for some texts, for ever.
        return gettext("say how often each part may come, at most 99 times: no *, no +")
    return fault(value)


def currency(value: str) -> str | None:
    """Judge the code of a currency, of today or of before."""
    return None if value in currencies() else gettext("give codes of ISO 4217, such as EUR")


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Return the codes that CLDR knows."""
    return frozenset(Locale("en").currencies)


def _code_of_country(row: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem unless a subdivision's code begins with the country's, and has the shape of its standard."""
    code, country, is_iso = row.get("code"), row.get("country_id"), row.get("is_iso")
    if code is None or country is None:
        return
    if not code.startswith(f"{country}-"):
        yield Problem("code", code, gettext("begin it with the code of its country, {code}-").format(code=country))
    elif is_iso and not SUBDIVISION.fullmatch(code):
        yield Problem("code", code, gettext("give a code of ISO 3166-2, such as US-CA; other codes are not ISO's"))


def _redirect(row: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem where a subdivision is said to be its whole country, or to follow itself."""
    code, country = row.get("code"), row.get("country_id")
    there, part = row.get("redirect_country_id"), row.get("redirect_subdivision", row.get("redirect_subdivision_id"))
    if there is not None and there == country and part is None:
        yield Problem(
            "redirect_country_id", there, gettext("choose another country: this one is its own, and leads back")
        )
    if code is not None and code in (row.get("replaced_by") or ()):
        yield Problem(
            "replaced_by", row["replaced_by"], gettext("take out {code}: nothing succeeds itself").format(code=code)
        )


def _borders(row: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem where a country is its own neighbour."""
    if row.get("code") in (row.get("borders") or ()):
        yield Problem(
            "borders", row["borders"], gettext("take out {code}: no country borders itself").format(code=row["code"])
        )


def _position(row: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem where a latitude stands without a longitude, or the other way round."""
    if "latitude" in row and "longitude" in row and (row["latitude"] is None) != (row["longitude"] is None):
        missing = "latitude" if row["latitude"] is None else "longitude"
        yield Problem(missing, None, gettext("give both latitude and longitude, or neither"))


latitude = within(-90, 90, gettext_noop("degrees"))
longitude = within(-180, 180, gettext_noop("degrees"))
population = within(0, 2**63 - 1, gettext_noop("a number of people"))
alpha2 = shaped(ALPHA2, gettext_noop("the two capital letters of ISO 3166-1"))

REGION = Rules({"code": name, "name": name}, required=("name_en",), tidy=tidied)
COUNTRY = Rules(
    {
        "code": alpha2,
        "alpha3": shaped(ALPHA3, gettext_noop("the three capital letters of ISO 3166-1")),
        "numeric": within(1, 999, gettext_noop("a number")),
        "name": name,
        "iso_name": name,
        "official_name": name,
        "calling_code": shaped(CALLING_CODE, gettext_noop("the digits of the country calling code alone, such as 264")),
        "constant_number": within(1, 2**31 - 1, gettext_noop("a number")),
        "capital": name,
        "other_capitals": each(name),
        "demonym": name,
        "latitude": latitude,
        "longitude": longitude,
        "geonameid": within(1, 2**31 - 1, gettext_noop("the id that GeoNames has for it")),
        "currencies": each(currency),
        "languages": each(language_tag),
        "area_km2": within(0, 1e9, gettext_noop("square kilometres")),
        "population": population,
        "top_level_domain": shaped(DOMAIN, gettext_noop("a top-level domain, such as .de")),
        "borders": each(alpha2),
        "time_zones": each(time_zone),
        "postal_code_pattern": pattern,
        "first_week_day": weekday,
        "weekend_days": weekdays,
    },
    required=("name_en",),
    rows=(_borders, _position),
    mentions={"borders": {"geography.Country": "code"}},
    apart={"geonameid": {"geography.City": "geonameid"}},
    mutual=frozenset({"borders"}),
    tidy=tidied,
)
ALTERNATIVE_NAME = Rules({"language": language_tag, "name": name}, tidy=tidied)
SUBDIVISION_TYPE = Rules({"code": name, "name": name}, required=("name_en",), tidy=tidied)
SUBDIVISIONS = Rules(
    {
        "code": shaped(
            OWN_SUBDIVISION, gettext_noop("the code of its country, a hyphen, and capital letters or digits")
        ),
        "name": name,
        "replaced_by": each(shaped(SUCCESSOR, gettext_noop("codes of subdivisions or of countries"))),
    },
    required=("name_en",),
    rows=(_code_of_country, _redirect),
    mentions={"replaced_by": {"geography.Subdivision": "code", "geography.Country": "code"}},
    agreements={
        "parent": {"country_id": "country_id"},
        "redirect_subdivision": {"country_id": "redirect_country_id"},
    },
    tidy=tidied,
)
OFFICIAL_NAME = Rules(
    {"language": language_tag, "romanization": text, "name": name, "local_variant": name, "source": text}, tidy=tidied
)
CITY = Rules(
    {
        "geonameid": geonames_id,
        "name": name,
        "latitude": latitude,
        "longitude": longitude,
        "population": population,
        "time_zone": time_zone,
        "spellings": each(name),
        "source": text,
    },
    agreements={"subdivision": {"country_id": "country_id"}},
    apart={"geonameid": {"geography.Country": "geonameid"}},
    tidy=tidied,
)
CITY_NAME = Rules({"language": our_language, "name": name, "source": text}, tidy=tidied)
