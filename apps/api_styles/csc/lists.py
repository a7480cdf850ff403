"""The answers of the csc style."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from apps.api.answers.representations import Answer
from apps.api.errors import not_found
from apps.api_styles.csc import serializers
from apps.api_styles.csc.serializers import Row
from apps.geography.models import City, Country, Subdivision
from apps.geography.models.countries import ALPHA2, CountryQuerySet
from apps.geography.names.code_names import forget_locales
from apps.geography.names.collation import sort_key
from apps.geography.names.languages import LANGUAGES, SOURCE_LANGUAGE, fallbacks
from apps.tenants.models import Tenant

COLUMNS = (
    "alpha3", "numeric", "calling_code", "capital", "currencies", "top_level_domain", "languages", "subregion",
    "latitude", "longitude", "time_zones",
)  # fmt: skip
STATE = re.compile(r"[A-Z0-9-]{1,17}", re.ASCII)
ENGLISH = fallbacks(SOURCE_LANGUAGE)
BY_NAME = sort_key(SOURCE_LANGUAGE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: the codes of a country and of a state, in upper case; empty: all."""

    country: str = ""
    state: str = ""

    @classmethod
    def of(cls, country: str, state: str = "") -> Self:
        """Return the question for codes as they were sent; what is no code names nothing."""
        code = country.upper() if ALPHA2.fullmatch(country) else country
        return cls(code, state.upper() if state.isascii() else state)


def countries(asked: Asked, tenant: Tenant) -> Answer:
    """Answer with every country that the tenant shows, by name."""
    rows = _countries(Country.objects.active_for(tenant), tenant)
    return _answer(serializers.country(row) for row in rows)


def country(asked: Asked, tenant: Tenant) -> Answer:
    """Answer with one, its time zones and translations; raises the 404."""
    found = _country(asked, tenant)
    row = _countries(found, tenant)[0]
    texts = found.names_for(tenant, sorted(LANGUAGES)).texts[asked.country]
    answer = Answer(serializers.detailed_country(row, texts))
    forget_locales()
    return answer


def all_states(asked: Asked, tenant: Tenant) -> Answer:
    """Answer with the states of every country that the tenant shows, by country and name."""
    codes = Country.objects.active_for(tenant).order_by().values("code")
    return _answer(serializers.state(row) for row in _states(tenant, country__in=codes))


def states(asked: Asked, tenant: Tenant) -> Answer:
    """Answer with the states of a country, by name; raises the 404."""
    _country(asked, tenant)
    return _answer(serializers.state(row) for row in _states(tenant, country=asked.country))


def state(asked: Asked, tenant: Tenant) -> Answer:
    """Answer with one state; raises the 404."""
    _country(asked, tenant)
    return Answer(serializers.state(_state(asked, tenant)))


def cities(asked: Asked, tenant: Tenant) -> Answer:
    """Answer with the cities of a country or of one of its states, by name; raises the 404."""
    _country(asked, tenant)
    found = City.objects.current().filter(country=asked.country)
    if asked.state:
        # Cities of lower levels roll up to their state.
        above = Subdivision.objects.filter(country=asked.country).states_above()
        state = _state(asked, tenant)["pk"]
        found = found.filter(subdivision__in=[pk for pk, top in above.items() if top == state])
    if not tenant.plan.subdivision_access:
        found = found.none()
    rows = found.labelled(ENGLISH).order_by().values_list("pk", "label", "latitude", "longitude")  # type: ignore[misc]
    by_name = sorted(rows, key=lambda row: (BY_NAME(row[1]), row[0]))
    return _answer(serializers.city(pk, name, north, east) for pk, name, north, east in by_name)


def _answer(rows: Iterable[Any]) -> Answer:
    answer = Answer(list(rows))
    forget_locales()
    return answer


def _country(asked: Asked, tenant: Tenant) -> CountryQuerySet:
    found: CountryQuerySet = Country.objects.active_for(tenant).filter(pk=asked.country)
    if not ALPHA2.fullmatch(asked.country) or not found.exists():
        raise not_found("No Country found.")
    return found


def _countries(found: CountryQuerySet, tenant: Tenant) -> list[Row]:
    rows = found.labelled_rows(ENGLISH, COLUMNS, tenant=tenant)
    regions = found.region_codes()
    natives = found.names_for(tenant, sorted(LANGUAGES)).texts
    for row in rows:
        row["regions"], row["names"] = regions.get(row["code"], ()), natives[row["code"]]
    return sorted(rows, key=lambda row: (BY_NAME(row["label"]), row["code"]))


def _states(tenant: Tenant, **where: Any) -> list[Row]:
    """Return the states that people know, by country and name; none where the plan has none."""
    if not tenant.plan.subdivision_access:
        return []
    found = Subdivision.objects.active_for(tenant).states().filter(**where)
    rows = found.labelled_rows(ENGLISH, ["pk", "country_id", "country__numeric", "type__name_en"])
    return sorted(rows, key=lambda row: (row["country_id"], BY_NAME(row["label"]), row["code"]))


def _state(asked: Asked, tenant: Tenant) -> Row:
    # PostgreSQL takes no NUL, which no code has.
    code = f"{asked.country}-{asked.state}"
    for row in _states(tenant, country=asked.country, code=code) if STATE.fullmatch(asked.state) else ():
        return row
    raise not_found("No State/Region found.")
