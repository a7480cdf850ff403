"""The lists of the data style, for back ends and for forms."""

from collections.abc import Iterable, Sequence
from typing import Any

from apps.api.answers.representations import Answer
from apps.api.errors import not_found
from apps.api.languages import canonical
from apps.api_styles.data import serializers
from apps.api_styles.data.parameters import Countries, Subdivisions
from apps.api_styles.data.serializers import Row
from apps.geography.models import Country, Subdivision
from apps.geography.models.countries import ALPHA2
from apps.geography.models.moments import Moment
from apps.geography.names import subdivision_names
from apps.geography.names.collation import sort_key
from apps.geography.names.languages import fallbacks
from apps.tenants.models import Tenant

COUNTRY_COLUMNS = ("alpha3", "numeric", "iso_name", "iso_status", "is_independent", "updated")
SUBDIVISION_COLUMNS = (
    "code", "parent_id", "updated", "redirect_country", "redirect_subdivision__code", "whole_country", "whole_code",
)  # fmt: skip


def countries(asked: Countries, tenant: Tenant) -> Answer:
    """Answer with the tenant's active countries, sorted by name."""
    return _answer([serializers.country(row) for row in _countries(asked, tenant)], asked.language)


def widget_countries(asked: Countries, tenant: Tenant) -> Answer:
    """Answer with the same for a form."""
    rows = _countries(asked, tenant)
    return _answer([serializers.widget_country(row, asked.location) for row in rows], asked.language)


def subdivisions(asked: Subdivisions, tenant: Tenant) -> Answer:
    """Answer with a country's subdivisions, the top level sorted by name, then what lies below; raises the 404."""
    return _answer([serializers.subdivision(row) for row in _subdivisions(asked, tenant)], asked.language)


def widget_subdivisions(asked: Subdivisions, tenant: Tenant) -> Answer:
    """Answer with the same for a form; raises the 404."""
    rows = _subdivisions(asked, tenant)
    return _answer([serializers.widget_subdivision(row, asked.location) for row in rows], asked.language)


def _answer(items: Sequence[Any], language: str) -> Answer:
    return Answer(items, {"X-Selected-Language": canonical(language)})


def _countries(asked: Countries, tenant: Tenant) -> list[Row]:
    found = Country.objects.active_for(tenant).annotate(updated=Moment("updated_at"))
    languages = fallbacks(asked.language, tenant.default_language)
    rows = found.labelled_rows(languages, COUNTRY_COLUMNS, tenant=tenant)
    name = "iso_name" if asked.wants_iso_names else "label"
    identities = Subdivision.objects.identities()
    for row in rows:
        row["name"] = row[name]
        row["whole_country"], row["whole_code"] = identities.get(row["code"], (None, None))
    key = sort_key(asked.language)
    return sorted(rows, key=lambda row: (key(row["name"]), row["code"]))


def _subdivisions(asked: Subdivisions, tenant: Tenant) -> list[Row]:
    active = Country.objects.active_for(tenant)
    if not ALPHA2.fullmatch(asked.country) or not active.filter(pk=asked.country).exists():
        raise not_found("There is no such country.", entity_id=asked.country)
    rows = _named_subdivisions(asked, tenant) if tenant.plan.subdivision_access else ()
    key = sort_key(asked.language)
    return sorted(rows, key=lambda row: (row["parent_id"] is not None, key(row["name"]), row["code"]))


def _named_subdivisions(asked: Subdivisions, tenant: Tenant) -> Iterable[dict[str, Any]]:
    """Return the subdivisions under the names that the plan and the caller choose."""
    found = Subdivision.objects.active_for(tenant).iso().with_whole()
    dated = found.annotate(updated=Moment("updated_at"))
    preference = asked.naming.preference(asked.language)
    rows = subdivision_names.named(dated, asked.country, SUBDIVISION_COLUMNS, tenant, preference)
    for row in rows.values():
        # A parent that the tenant does not see is none.
        row["parent_id"] = row["parent_id"] if row["parent_id"] in rows else None
    return rows.values()
