"""The query parameters of the search style; it refuses those that it does not know."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from apps.api.errors import bad_parameter
from apps.api.input import MAX_LENGTH, Query
from apps.geography.changes.since import Since, parsed
from apps.geography.models.countries import ALPHA2
from apps.geography.models.search import Kind
from apps.geography.models.subdivisions import SUBDIVISION_CODE
from apps.tenants.models import Tenant

SEARCH = ("q", "types", "country", "subdivision", "limit", "fuzzy")
CHANGES = ("since", "types", "limit")
NEAREST = ("latitude", "longitude", "limit")
TYPES = {kind.label: kind for kind in Kind}
DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
# Blanks around a text do not count as its length.
MAX_TYPED = 4096
SEARCH_LIMIT, SEARCH_DEFAULT = 50, 10
NEAREST_LIMIT, NEAREST_DEFAULT = 20, 1
CHANGES_LIMIT, CHANGES_DEFAULT = 1000, 100


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, as it was typed, and in which language the answer is to be."""

    text: str
    language: str
    kinds: frozenset[Kind]
    countries: frozenset[str]
    subdivision: str
    limit: int
    fuzzy: bool


@dataclass(frozen=True, slots=True)
class Nearest:
    """The point that cities are to be near to, in degrees."""

    latitude: float
    longitude: float
    language: str
    limit: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What has been read of the changes; None: the question is where to begin."""

    since: Since | None
    kinds: frozenset[Kind]
    limit: int


def search(query: Query, language: str) -> Search:
    """Return what is looked for; raises the 400."""
    _refuse_unknown(query, SEARCH)
    text = (query.one("q", max_length=MAX_TYPED) or "").strip()
    if not text:
        raise bad_parameter("q", "The parameter q is missing: it is the text to look for.")
    if len(text) > MAX_LENGTH:
        raise bad_parameter("q", f"The parameter q is longer than {MAX_LENGTH} characters.")
    kinds = _kinds(query)
    countries = _listed(query, "country")
    if unknown := [code for code in countries if not ALPHA2.fullmatch(code)]:
        raise bad_parameter("country", f"The parameter country is a list of alpha-2 codes; {unknown[0]!r} is none.")
    subdivision = query.one("subdivision") or ""
    if subdivision and not SUBDIVISION_CODE.fullmatch(subdivision):
        raise bad_parameter("subdivision", "The parameter subdivision must be one ISO 3166-2 code, such as US-CA.")
    fuzzy = query.boolean("fuzzy")
    return Search(
        text,
        language,
        kinds,
        frozenset(code.upper() for code in countries),
        subdivision.upper(),
        _limit(query, SEARCH_DEFAULT, SEARCH_LIMIT),
        fuzzy is None or fuzzy,
    )


def nearest(query: Query, language: str) -> Nearest:
    """Return the point and how many cities; raises the 400."""
    _refuse_unknown(query, NEAREST)
    latitude, longitude = _degrees(query, "latitude", 90), _degrees(query, "longitude", 180)
    return Nearest(latitude, longitude, language, _limit(query, NEAREST_DEFAULT, NEAREST_LIMIT))


def changes(query: Query, tenant: Tenant) -> Changes:
    """Return since when changes are asked for; raises the 400."""
    _refuse_unknown(query, CHANGES)
    text = query.one("since")
    try:
        since = parsed(text, tenant, timezone.now()) if text else None
    except ValueError as error:
        raise bad_parameter("since", f"The parameter since {error}.") from None
    return Changes(since, _kinds(query), _limit(query, CHANGES_DEFAULT, CHANGES_LIMIT))


def _refuse_unknown(query: Query, allowed: Collection[str]) -> None:
    if any(name not in allowed for name in query.names()):
        raise bad_parameter("query", f"There is a parameter that is not known here; there are {', '.join(allowed)}.")


def _kinds(query: Query) -> frozenset[Kind]:
    types = _listed(query, "types")
    if unknown := [name for name in types if name not in TYPES]:
        raise bad_parameter("types", f"The parameter types is a list of {', '.join(TYPES)}; {unknown[0]!r} is none.")
    return frozenset(TYPES[name] for name in types) or frozenset(Kind)


def _listed(query: Query, name: str) -> list[str]:
    text = query.one(name)
    return text.split(",") if text else []


def _limit(query: Query, default: int, most: int) -> int:
    limit = query.natural("limit", default)
    if limit > most:
        raise bad_parameter("limit", f"The parameter limit must be a whole number from 1 to {most}.")
    return limit


def _degrees(query: Query, name: str, most: int) -> float:
    text = query.one(name)
    if text is None:
        raise bad_parameter(name, f"The parameter {name} is missing: degrees from -{most} to {most}.")
    if not DEGREES.fullmatch(text) or abs(float(text)) > most:
        raise bad_parameter(name, f"The parameter {name} must be degrees from -{most} to {most}, such as 48.14.")
    return float(text) + 0.0
