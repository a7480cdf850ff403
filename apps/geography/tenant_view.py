"""What one tenant's readers see of the data in one language, row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from apps.geography.models import City, Country, Subdivision
from apps.geography.names import subdivision_names
from apps.geography.names.collation import sort_key
from apps.geography.names.languages import fallbacks
from apps.geography.search.scope import KINDS, Scope
from apps.imports.models import ImportRun
from apps.tenants.models import Tenant

Row = dict[str, Any]

COUNTRY_FACTS = (
    "alpha3", "numeric", "calling_code", "capital", "subregion", "currencies", "languages", "latitude", "longitude",
    "area_km2", "population", "top_level_domain", "borders", "time_zones", "other_capitals",
)  # fmt: skip
# The columns of each kind, in order. Those of several values are lists.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "countries": ("code", "name", "regions", *COUNTRY_FACTS),
    "subdivisions": ("code", "country", "parent", "name", "type", "is_iso", "is_state", "redirect_country"),
    "cities": ("id", "country", "subdivision", "name", "latitude", "longitude", "population", "time_zone"),
}
# How many cities are in memory at a time.
CHUNK = 2000


@dataclass(frozen=True)
class View:
    """A tenant's view in one language.

    Countries that it shows; their subdivisions where its plan has them and it shows them; their cities but for those
    of subdivisions that it does not show, as search finds them.
    """

    tenant: Tenant
    language: str

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Where names are looked for, in order."""
        return fallbacks(self.language, self.tenant.default_language)

    @cached_property
    def scope(self) -> Scope:
        """What is shown."""
        return Scope.of(self.tenant, KINDS)

    def sources(self) -> dict[str, Any]:
        """Return the versions of what was imported last, by command; one query."""
        runs = ImportRun.objects.order_by("started_at").values_list("command", "sources")
        return dict(sorted(dict(runs).items()))

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield (kind, row): countries as readers sort them, then the others by code and id.

        Ten queries at most, and no more memory for more cities.
        """
        for kind, read in (
            ("countries", self.countries),
            ("subdivisions", self.subdivisions),
            ("cities", self.cities),
        ):
            for row in read():
                yield kind, row

    def countries(self) -> Iterator[Row]:
        """Yield the countries; three queries."""
        found = Country.objects.active_for(self.tenant)
        regions = found.region_codes()
        key = sort_key(self.language)
        rows = found.labelled_rows(self.languages, COUNTRY_FACTS, tenant=self.tenant)
        for row in sorted(rows, key=lambda row: (key(row["label"]), row["code"])):
            row |= {"name": row["label"], "regions": regions.get(row["code"], [])}
            yield {column: row[column] for column in COLUMNS["countries"]}

    def subdivisions(self) -> Iterator[Row]:
        """Yield the subdivisions; three queries."""
        if not self.tenant.plan.subdivision_access:
            return
        found = Subdivision.objects.active_for(self.tenant).exclude(country__in=sorted(self.scope.unseen))
        names = subdivision_names.labels(found, self.tenant, self.languages)
        rows = found.labelled(self.languages, "type__").order_by("code")
        for code, country, parent, kind, *others in rows.values_list(
            "code", "country_id", "parent__code", "type_label", "is_iso", "is_state", "redirect_country_id"
        ):
            values = (code, country, parent, names[code], kind or None, *others)
            yield dict(zip(COLUMNS["subdivisions"], values, strict=True))

    def cities(self) -> Iterator[Row]:
        """Yield the cities; one query, three more where nobody has asked for what the tenant shows before."""
        found = City.objects.current().exclude(country__in=sorted(self.scope.unseen))
        # Not excluded, which would leave out those that are in none.
        hidden = self.scope.hidden
        may_see = self.tenant.plan.subdivision_access
        rows = found.labelled(self.languages).order_by("pk")
        for pk, country, subdivision, *others in rows.values_list(  # type: ignore[misc]
            "pk", "country_id", "subdivision__code", "label", "latitude", "longitude", "population", "time_zone"
        ).iterator(chunk_size=CHUNK):
            if subdivision not in hidden:
                values = (pk, country, subdivision if may_see else None, *others)
                yield dict(zip(COLUMNS["cities"], values, strict=True))
