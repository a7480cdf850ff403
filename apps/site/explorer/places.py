"""What the explorer shows of a tenant's places: the world, one country, one subdivision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from apps.api.errors import not_found
from apps.geography.facts.world_map import spots, world_map
from apps.geography.models import City, Country, Subdivision
from apps.geography.models.countries import ALPHA2
from apps.geography.models.subdivisions import SUBDIVISION_CODE, SubdivisionQuerySet
from apps.geography.names import subdivision_names
from apps.geography.names.collation import sort_key
from apps.geography.names.languages import fallbacks
from apps.geography.search.found import Found
from apps.geography.search.scope import KINDS, Scope
from apps.tenants.models import Tenant

FACTS = (
    "alpha3", "numeric", "capital", "other_capitals", "population", "area_km2", "calling_code", "currencies",
    "languages",
)  # fmt: skip
# Of the cities of a place, the largest are listed.
MOST_CITIES = 200


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose view of the data is read, in which language."""

    tenant: Tenant
    language: str

    @property
    def languages(self) -> tuple[str, ...]:
        """Where to look for names, in order."""
        return fallbacks(self.language, self.tenant.default_language)

    def sorted(self, names: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return (code, name) as readers of the language sort them."""
        key = sort_key(self.language)
        return sorted(names.items(), key=lambda item: (key(item[1]), item[0]))


def world(reader: Reader) -> dict[str, Any]:
    """Return the countries that the tenant shows, as a list and on the map; two queries."""
    rows = Country.objects.active_for(reader.tenant).labelled_rows(reader.languages, (), tenant=reader.tenant)
    names = {row["code"]: row["label"] for row in rows}
    return {"countries": reader.sorted(names), "view_box": world_map().view_box, "spots": spots(names)}


def country(reader: Reader, code: str) -> dict[str, Any]:
    """Return a country with its subdivisions of the first level and its largest cities; raises the 404."""
    row = _country(reader, code)
    subdivisions = _subdivisions(reader, row["code"])
    return {
        "country": row,
        "name": row["label"],
        "subdivisions": _below(reader, subdivisions, None),
        **_cities(reader, row["code"], Q(country=row["code"])),
    }


def subdivision(reader: Reader, country_code: str, code: str) -> dict[str, Any]:
    """Return a subdivision with those below it and its largest cities; raises the 404."""
    row = _country(reader, country_code)
    subdivisions = _subdivisions(reader, row["code"])
    own = subdivisions.get(code.upper()) if SUBDIVISION_CODE.fullmatch(code) else None
    if own is None:
        raise not_found(f"{row['label']} has no subdivision of this code.")
    within = Q(subdivision=own["pk"]) | Q(subdivision__parent=own["pk"]) | Q(subdivision__parent__parent=own["pk"])
    parent = subdivisions.get(own["parent__code"])
    return {
        "country": row,
        "subdivision": own,
        "parent": parent,
        "name": own["name"],
        "subdivisions": _below(reader, subdivisions, own["code"]),
        **_cities(reader, row["code"], within),
    }


def path(place: Found) -> str:
    """Return where a place that was found is shown, below `/explore/`."""
    return f"{place.country.code}/{place.subdivision.code}" if place.subdivision else place.country.code


def _country(reader: Reader, code: str) -> dict[str, Any]:
    found = Country.objects.active_for(reader.tenant).filter(pk=code.upper())
    rows = found.labelled_rows(reader.languages, FACTS, tenant=reader.tenant) if ALPHA2.fullmatch(code) else []
    if not rows:
        raise not_found("No country that is shown here has this code.")
    row: dict[str, Any] = rows[0]
    return row


def _subdivisions(reader: Reader, country_code: str) -> dict[str, dict[str, Any]]:
    """Return what the tenant shows of a country's subdivisions, by code; three queries."""
    if not reader.tenant.plan.subdivision_access:
        return {}
    found: SubdivisionQuerySet = Subdivision.objects.active_for(reader.tenant).filter(country=country_code)
    names = subdivision_names.labels(found, reader.tenant, reader.languages)
    rows = found.labelled(reader.languages, "type__").order_by().values("pk", "code", "parent__code", "type_label")  # type: ignore[misc]
    return {row["code"]: row | {"name": names[row["code"]]} for row in rows}


def _below(
    reader: Reader, subdivisions: Mapping[str, Mapping[str, Any]], code: str | None
) -> Sequence[tuple[str, str]]:
    """Return those of a level; what has a parent that is not shown is of the first."""

    def parent(row: Mapping[str, Any]) -> str | None:
        return row["parent__code"] if row["parent__code"] in subdivisions else None

    return reader.sorted({each: row["name"] for each, row in subdivisions.items() if parent(row) == code})


def _cities(reader: Reader, country_code: str, where: Q) -> dict[str, Any]:
    """Return the largest cities, and how many there are; two queries, and those of what the tenant shows."""
    hidden = [code for code in Scope.of(reader.tenant, KINDS).hidden if code.startswith(f"{country_code}-")]
    # Not excluded, which would leave out those that are in none.
    shown = City.objects.current().filter(where, Q(subdivision=None) | ~Q(subdivision__code__in=sorted(hidden)))
    largest = shown.labelled(reader.languages).order_by("-population", "pk")
    cities = list(largest.values("pk", "label", "population", "latitude", "longitude")[: MOST_CITIES + 1])  # type: ignore[misc]
    total = len(cities) if len(cities) <= MOST_CITIES else shown.count()
    return {"cities": cities[:MOST_CITIES], "city_count": total}
