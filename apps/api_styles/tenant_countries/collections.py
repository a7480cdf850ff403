"""What the tenant API lists: countries, the subdivisions of one, and regions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from apps.api.errors import Refusal, not_found
from apps.api_styles.tenant_countries import filters, serializers
from apps.api_styles.tenant_countries.languages import Languages
from apps.api_styles.tenant_countries.serializers import Record
from apps.geography.models import Country, Region, Subdivision
from apps.geography.models.countries import ALPHA2
from apps.geography.models.names import NamedQuerySet, NamesByCode
from apps.geography.models.subdivisions import SUBDIVISION_CODE
from apps.tenants.models import Tenant

FIELDS = ("code", "name", "active", "metadata.createdAt", "metadata.modifiedAt", "metadata.version")


class Collection:
    """A collection of items. `entity`: what errors call one; `fields`: what a list can be sorted by."""

    entity: ClassVar[str]
    fields: ClassVar[Sequence[str]] = FIELDS
    filterset_class: ClassVar[type[filters.RecordFilter]] = filters.SwitchFilter

    def rows(self, tenant: Tenant) -> NamedQuerySet[Any]:
        """Return what the tenant has; raises the 404 where the path leads nowhere."""
        raise NotImplementedError

    def canonical_code(self, code: str) -> str | None:
        """Return a code of the path as we store it, None where no item can have it."""
        raise NotImplementedError

    def serialize(
        self, found: Sequence[Record], names: NamesByCode, languages: Languages
    ) -> Sequence[serializers.Item]:
        """Return the items as the contract shows them."""
        raise NotImplementedError

    def missing(self, code: str) -> Refusal:
        """Return the 404 for an item."""
        return not_found(f"The {self.entity} with the requested code does not exist.", entity_id=code)

    def row(self, tenant: Tenant, code: str) -> NamedQuerySet[Any]:
        """Return the rows of one item, at most one."""
        stored = self.canonical_code(code)
        rows = self.rows(tenant)
        return rows.filter(code=stored) if stored else rows.none()

    def record(self, row: NamedQuerySet[Any], code: str) -> Record:
        """Return one item out of its row; raises the 404."""
        found = serializers.fetch(row)
        if not found:
            raise self.missing(self.canonical_code(code) or code)
        return found[0]


@dataclass(frozen=True, slots=True)
class Countries(Collection):
    """The countries of the tenant, active or not."""

    entity = "country"
    filterset_class = filters.CountryFilter

    def rows(self, tenant: Tenant) -> NamedQuerySet[Country]:
        """Return the countries assigned to the tenant."""
        rows: NamedQuerySet[Country] = Country.objects.assigned_to(tenant)
        return rows

    def canonical_code(self, code: str) -> str | None:
        """Return the code in upper case."""
        return code.upper() if ALPHA2.fullmatch(code) else None

    def serialize(
        self, found: Sequence[Record], names: NamesByCode, languages: Languages
    ) -> Sequence[serializers.Item]:
        """Return countries as the contract shows them."""
        # All of them at once take less than a list of codes in the query.
        countries = Country.objects.filter(code=found[0].code) if len(found) == 1 else Country.objects.all()
        regions = countries.region_codes() if found else {}
        return [
            serializers.country(record, languages.texts(names, record.code), regions.get(record.code, []))
            for record in found
        ]


@dataclass(frozen=True, slots=True)
class Subdivisions(Collection):
    """The subdivisions of the country that the path names."""

    entity = "subdivision"
    country: str

    def rows(self, tenant: Tenant) -> NamedQuerySet[Subdivision]:
        """Return the country's subdivisions; raises the 404 for a country that the tenant does not have."""
        code = self.country.upper()
        countries = Country.objects.assigned_to(tenant)
        if not ALPHA2.fullmatch(self.country) or not countries.filter(code=code).exists():
            raise no_country(self.country)
        rows: NamedQuerySet[Subdivision] = Subdivision.objects.assigned_to(tenant)
        return rows.filter(country=code) if tenant.plan.subdivision_access else rows.none()

    def canonical_code(self, code: str) -> str | None:
        """Return the code in upper case."""
        return code.upper() if SUBDIVISION_CODE.fullmatch(code) else None

    def serialize(
        self, found: Sequence[Record], names: NamesByCode, languages: Languages
    ) -> Sequence[serializers.Item]:
        """Return subdivisions as the contract shows them."""
        return [serializers.subdivision(record, languages.texts(names, record.code)) for record in found]


@dataclass(frozen=True, slots=True)
class Regions(Collection):
    """The regions of the world; the same for every tenant."""

    entity = "region"
    fields = tuple(field for field in FIELDS if field != "active")
    filterset_class = filters.RecordFilter

    def rows(self, tenant: Tenant) -> NamedQuerySet[Region]:
        """Return the current regions."""
        rows: NamedQuerySet[Region] = Region.objects.assigned_to(tenant)
        return rows

    def canonical_code(self, code: str) -> str | None:
        """Return the code itself."""
        return code if code.isprintable() else None

    def serialize(
        self, found: Sequence[Record], names: NamesByCode, languages: Languages
    ) -> Sequence[serializers.Item]:
        """Return regions as the contract shows them."""
        return [serializers.region(record, languages.texts(names, record.code)) for record in found]


def no_country(code: str) -> Refusal:
    """Return the 404 for a country."""
    countries = Countries()
    return countries.missing(countries.canonical_code(code) or code)
