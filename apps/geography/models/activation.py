"""What each tenant shows, and under which names."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from apps.geography.models.countries import Country
from apps.geography.models.subdivisions import Subdivision
from apps.geography.validation import rows
from apps.geography.validation.characters import tidied
from apps.imports.rules import Rules, wrong
from apps.tenants.models import Tenant

A = TypeVar("A", bound="Activation")
OWN_NAME = Rules({"name": rows.name})


def await_turn(tenant: Tenant) -> None:
    """Wait until no other transaction is switching for `tenant`.

    Its writers would wait for each other anyway, at the tenant's revision; to wait before the first write
    keeps two of them from holding what the other one needs.
    """
    Tenant.objects.select_for_update(no_key=True).only("pk").get(pk=tenant.pk)


class ActivationQuerySet(models.QuerySet[A]):
    """The questions this project asks about what tenants show."""

    def called(self, keys: Collection[str]) -> dict[str, str]:
        """Return what the page calls rows, by primary key as text; two queries."""
        what: Any = self.model._meta.get_field("country" if self.model is TenantCountry else "subdivision")
        rows = list(self.filter(pk__in=keys).order_by().values_list("pk", what.name, "tenant__code"))
        names = what.related_model.objects.called({str(place) for _, place, _ in rows})
        said = gettext("{place} of {tenant}")
        return {
            str(pk): said.format(place=names[str(place)], tenant=tenant)
            for pk, place, tenant in rows
            if str(place) in names
        }

    def switch(self, active: bool) -> int:
        """Switch the rows on or off, count a version each, and return how many there were; one query."""
        return self.update(active=active, version=F("version") + 1, modified_at=timezone.now())

    def switch_row(self, row: A, active: bool) -> bool:
        """Switch one row, only if it still is at its version; return whether it was; one query."""
        return self.filter(pk=row.pk, version=row.version).switch(active) == 1


class Activation(models.Model):
    """Something as one tenant has it: shown or not. `version` counts the switches."""

    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class TenantCountryQuerySet(ActivationQuerySet["TenantCountry"]):
    """The questions this project asks about the countries of tenants."""

    def to_switch(self, tenant: Tenant, codes: Collection[str]) -> dict[str, "TenantCountry"]:
        """Return the rows of these countries by code, and let the tenant's other switches wait for this transaction.

        One query. It waits at the tenant, like `await_turn`, and reads the rows as they have become: PostgreSQL locks
        in the order of `of`, and looks again at a row that has changed while it waited.
        """
        rows = self.filter(tenant=tenant, country__in=codes, country__withdrawn_on=None).order_by()
        locked = rows.select_related("tenant").select_for_update(of=("tenant", "self"), no_key=True)
        return {row.country_id: row for row in locked}


class TenantCountry(Activation):
    """A country as one tenant has it. Triggers add the rows (see `assignment`)."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="tenant_countries")
    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="tenant_countries")

    objects = TenantCountryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["tenant", "country"]
        verbose_name = "country of a tenant"
        verbose_name_plural = "countries of tenants"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "country"], name="tenant_country_once"),
        ]

    def __str__(self) -> str:
        return gettext("{place} of {tenant}").format(place=self.country, tenant=self.tenant)


class TenantSubdivisionQuerySet(ActivationQuerySet["TenantSubdivision"]):
    """The questions this project asks about the subdivisions of tenants."""

    def to_switch(self, tenant: Tenant, codes: Collection[str]) -> dict[str, "TenantSubdivision"]:
        """Return the rows of these subdivisions by code, adding those that are missing.

        The tenant's other switches wait for this transaction.
        """
        await_turn(tenant)
        ids = dict(Subdivision.objects.current().filter(code__in=codes).values_list("pk", "code"))
        self.bulk_create(
            [TenantSubdivision(tenant=tenant, subdivision_id=pk) for pk in sorted(ids)], ignore_conflicts=True
        )
        return {ids[row.subdivision_id]: row for row in self.filter(tenant=tenant, subdivision__in=ids).order_by()}


class TenantSubdivision(Activation):
    """A subdivision that one tenant has switched at least once; without a row it is active, at version 1."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="tenant_subdivisions")
    subdivision = models.ForeignKey(Subdivision, on_delete=models.CASCADE, related_name="tenant_subdivisions")

    objects = TenantSubdivisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["tenant", "subdivision"]
        verbose_name = "subdivision of a tenant"
        verbose_name_plural = "subdivisions of tenants"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "subdivision"], name="tenant_subdivision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.subdivision_id}"


class TenantCountryNameQuerySet(models.QuerySet["TenantCountryName"]):
    """The questions this project asks about names that tenants give."""

    def texts(self, tenant: Tenant, code: str) -> dict[str, str]:
        """Return the names that `tenant` gives a country, by language; one query."""
        rows = self.filter(tenant=tenant, country=code).order_by("language")
        return dict(rows.values_list("language", "name"))

    def rename(self, tenant: Tenant, code: str, names: Mapping[str, str | None]) -> None:
        """Give a country these names, by language, and drop those that are None; a query for each of both."""
        dropped = [language for language, name in names.items() if name is None]
        if dropped:
            self.filter(tenant=tenant, country=code, language__in=dropped).delete()
        given = [(language, name) for language, name in names.items() if name is not None]
        self.bulk_create(
            [TenantCountryName(tenant=tenant, country_id=code, language=each, name=name) for each, name in given],
            update_conflicts=True,
            unique_fields=["tenant", "country", "language"],
            update_fields=["name"],
        )


class TenantCountryName(models.Model):
    """The name that one tenant gives a country in one language; its callers see it instead of ours."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="country_names")
    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="tenant_names")
    language = models.CharField(max_length=20, choices=settings.LANGUAGES)
    name = models.CharField(max_length=200)

    objects = TenantCountryNameQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["tenant", "country", "language"]
        verbose_name = "country name of a tenant"
        verbose_name_plural = "country names of tenants"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "country", "language"], name="tenant_country_name_once"),
            models.CheckConstraint(name="tenant_country_name_not_empty", condition=~models.Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Hold the name against the rule that ours keep to."""
        super().clean()
        self.name = tidied(self.name)
        if self.name and (remedy := wrong(OWN_NAME, self._meta.get_field("name"), self.name)):
            raise ValidationError({"name": f"{remedy[:1].upper()}{remedy[1:]}."})
