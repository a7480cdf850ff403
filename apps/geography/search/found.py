"""What is told of the places that were found: under which names the tenant's readers see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from apps.geography.models import City, Country, Subdivision
from apps.geography.models.search import Kind
from apps.geography.names import subdivision_names
from apps.geography.search.places import Name
from apps.geography.search.tiers import Tier
from apps.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Named:
    """A country or a subdivision."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """A place as its reader sees it.

    country, subdivision: where it lies, or what it is itself. matched: the name that was meant; its `language` is ""
    where that has none. tier, matched: None where nothing was typed.
    """

    kind: Kind
    id: str
    name: str
    country: Named
    subdivision: Named | None
    latitude: float | None
    longitude: float | None
    population: int | None
    tier: Tier | None = None
    matched: Name | None = None

    @property
    def full_name(self) -> str:
        """The name with those of what the place lies in: "Munich, Bavaria, Germany"."""
        around = {
            Kind.COUNTRY: (),
            Kind.SUBDIVISION: (self.country,),
            Kind.CITY: (self.subdivision, self.country),
        }[self.kind]
        return ", ".join([self.name, *(each.name for each in around if each)])


PlaceKey = tuple[Kind, str]


def describe(keys: Sequence[PlaceKey], tenant: Tenant | None, languages: Sequence[str]) -> dict[PlaceKey, Found]:
    """Return what readers see of places that are shown; at most four queries.

    languages: where to look for names, in order, as `languages.fallbacks` returns them.
    """
    ids: dict[Kind, list[str]] = {kind: [each for its, each in keys if its == kind] for kind in Kind}
    cities = _cities(ids[Kind.CITY], languages)
    of_cities = {row["subdivision__code"] for row in cities if row["subdivision__code"]}
    subdivisions = _subdivisions({*ids[Kind.SUBDIVISION], *of_cities}, tenant, languages)
    around = {row["country_id"] for row in cities} | {code[:2] for code in ids[Kind.SUBDIVISION]}
    countries = _countries({*ids[Kind.COUNTRY], *around}, tenant, languages)
    named = {code: Named(code, row["label"]) for code, row in countries.items()}
    found = {}
    for code in ids[Kind.COUNTRY]:
        row = countries[code]
        place = Found(
            Kind.COUNTRY, code, row["label"], named[code], None, row["latitude"], row["longitude"], row["population"]
        )
        found[Kind.COUNTRY, code] = place
    for code in ids[Kind.SUBDIVISION]:
        own = subdivisions[code]
        found[Kind.SUBDIVISION, code] = Found(Kind.SUBDIVISION, code, own.name, named[code[:2]], own, None, None, None)
    may_see = tenant is None or tenant.plan.subdivision_access
    for row in cities:
        place = Found(
            Kind.CITY,
            str(row["pk"]),
            row["label"],
            named[row["country_id"]],
            subdivisions.get(row["subdivision__code"]) if may_see else None,
            row["latitude"],
            row["longitude"],
            row["population"],
        )
        found[Kind.CITY, place.id] = place
    return found


def _cities(ids: Collection[str], languages: Sequence[str]) -> list[dict[str, Any]]:
    if not ids:
        return []
    cities = City.objects.filter(pk__in=map(int, ids)).labelled(languages).order_by()
    columns = ("pk", "label", "country_id", "subdivision__code", "latitude", "longitude", "population")
    return list(cities.values(*columns))


def _countries(codes: Collection[str], tenant: Tenant | None, languages: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = Country.objects.filter(pk__in=codes)
    columns = ("latitude", "longitude", "population")
    return {row["code"]: row for row in rows.labelled_rows(languages, columns, tenant=tenant)}


def _subdivisions(codes: Collection[str], tenant: Tenant | None, languages: Sequence[str]) -> dict[str, Named]:
    if not codes:
        return {}
    names = subdivision_names.labels(Subdivision.objects.filter(code__in=codes), tenant, languages)
    return {code: Named(code, name) for code, name in names.items()}
