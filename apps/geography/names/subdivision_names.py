"""Under which name a tenant's reader sees a subdivision: the name that people use, or one of its official names."""

from collections.abc import Sequence
from typing import Any

from apps.geography.models.subdivisions import OfficialName, SubdivisionQuerySet
from apps.geography.names.languages import fallbacks, parents
from apps.geography.names.official_names import Preference, chosen, names_in
from apps.tenants.models import Tenant


def named(
    subdivisions: SubdivisionQuerySet, country: str, columns: Sequence[str], tenant: Tenant, preference: Preference
) -> dict[int, dict[str, Any]]:
    """Return `columns` of the subdivisions of a country with `name` and `type`, by primary key; two queries.

    A plan with extended translations shows names in the reader's language, and no type. Any other plan, and who
    prefers official names, gets the official name that the preference finds, with the type. Where there is no such
    name, it is the official one, and at last the English one.
    """
    is_extended = tenant.plan.extended_translations and not preference.official
    types = fallbacks(preference.language, tenant.default_language)
    labelled = subdivisions.filter(country=country).labelled(parents(preference.language)).labelled(types, "type__")
    official = names_in(country, Preference(preference.language) if is_extended else preference)
    rows = {}
    for row in labelled.order_by().values("pk", "label", "type_label", "name_en", *columns):
        label, kind, english = row.pop("label"), row.pop("type_label"), row.pop("name_en")
        name = official.get(row["pk"]) or english
        named_so = {"name": label or name, "type": None} if is_extended else {"name": name, "type": kind or None}
        rows[row["pk"]] = row | named_so
    return rows


def labels(subdivisions: SubdivisionQuerySet, tenant: Tenant | None, languages: Sequence[str]) -> dict[str, str]:
    """Return the names by code alone, of whatever countries, as `named` chooses them; two queries.

    languages: those to look in, the reader's first. Without a tenant as a plan with extended translations has them.
    """
    is_extended = tenant is None or tenant.plan.extended_translations
    official = chosen(OfficialName.objects.filter(subdivision__in=subdivisions.values("pk")), Preference(languages[0]))
    rows = subdivisions.labelled(parents(languages[0])).order_by().values("pk", "code", "label", "name_en")  # type: ignore[misc]
    return {row["code"]: (is_extended and row["label"]) or official.get(row["pk"]) or row["name_en"] for row in rows}
