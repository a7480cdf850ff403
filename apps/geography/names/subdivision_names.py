"""Under which name a tenant's reader sees a subdivision: the name that people use, or one of its official names."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from apps.geography.models import OfficialName
from apps.geography.models.subdivisions import SubdivisionQuerySet
from apps.geography.names.languages import fallbacks, parents
from apps.tenants.models import Tenant

DEFAULT = "default"
WORD = re.compile(r"\w+")
SCRIPT_LENGTH = 4
# The American and the British board publish their systems together.
FAMILIES = {"pcgn": "bgn"}


@dataclass(frozen=True, slots=True)
class Preference:
    """What a reader prefers. `romanizations`: systems, best first; "default" ends the search.

    official: an official name even where there is a translated one.
    """

    language: str
    romanizations: tuple[str, ...] = ()
    local_variant: bool = False
    official: bool = False


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


def names_in(country: str, preference: Preference) -> dict[int, str]:
    """Return the official name of each subdivision of a country that has one, by primary key; one query."""
    return chosen(OfficialName.objects.filter(subdivision__country=country), preference)


def chosen(names: QuerySet[OfficialName], preference: Preference) -> dict[int, str]:
    """Return the official name of each subdivision that has one among `names`, by primary key; one query."""
    rows = defaultdict(list)
    for name in names.filter(withdrawn_on=None):
        rows[name.subdivision_id].append(name)
    return {subdivision: text(choose(names, preference), preference) for subdivision, names in rows.items()}


def text(name: OfficialName, preference: Preference) -> str:
    """Return the name itself, or its local variant where that is preferred and there is one."""
    return (preference.local_variant and name.local_variant) or name.name


def choose(names: Sequence[OfficialName], preference: Preference) -> OfficialName:
    """Return the first of `names` that a romanization preference finds, else the default row.

    The default is ISO's row in the reader's language, and where there is none the primary row. Of several rows
    that a preference finds, published ones precede generated ones, then those in the language of the default.
    """
    default = _default(names, preference.language)
    ranked = sorted(names, key=lambda name: (name.is_generated, name.language != default.language, *_rank(name)))
    for system in preference.romanizations:
        if system.lower() == DEFAULT:
            break
        for name in ranked:
            if is_of_system(name.romanization, system):
                return name
    return default


def is_of_system(label: str, system: str) -> bool:
    """Return whether a romanization labelled "BGN/PCGN 1979" is of the system that someone calls "pcgn"."""
    wanted = _words(system)
    return bool(wanted) and wanted <= _words(label)


def _words(label: str) -> set[str]:
    return {FAMILIES.get(word, word) for word in WORD.findall(label.lower())}


def _default(names: Sequence[OfficialName], language: str) -> OfficialName:
    return min(names, key=lambda name: (not _is_of_iso(name), _distance(name.language, language), *_rank(name)))


def _is_of_iso(name: OfficialName) -> bool:
    """Return whether ISO 3166-2 has the name: it romanizes, and a native script is in the tag ("el-Grek")."""
    has_script = len(name.language.partition("-")[2]) == SCRIPT_LENGTH
    return name.is_primary or not (name.is_generated or has_script)


def _distance(tag: str, language: str) -> int:
    """Return how far a row is from the reader's language: itself, its parents, the same base language, any other."""
    tag = tag.lower()
    nearest = parents(language)
    if tag in nearest:
        return nearest.index(tag)
    same_base = tag.partition("-")[0] == language.partition("-")[0]
    return len(nearest) if same_base else len(nearest) + 1


def _rank(name: OfficialName) -> tuple[bool, str, str]:
    return not name.is_primary, name.language, name.romanization
