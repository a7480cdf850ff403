"""What each tenant shows, and under which names."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from apps.geography.models.countries import Country
from apps.geography.models.subdivisions import Subdivision
from apps.tenants.models import Tenant


class ActivationQuerySet(models.QuerySet["Activation"]):
    """The questions this project asks about what tenants show."""

    def at_version(self, *versions: int) -> Self:
        """Return the rows whose version is one of `versions`."""
        return self.filter(version__in=versions)

    def switch(self, active: bool, at: datetime | None = None) -> int:
        """Switch the rows on or off, count a version each, and return how many there were; one query."""
        return self.update(active=active, version=F("version") + 1, modified_at=at or timezone.now())


class Activation(models.Model):
    """Something as one tenant has it: shown or not. `version` counts the switches."""

    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now_add=True)

    objects = ActivationQuerySet.as_manager()

    class Meta:
        abstract = True


class TenantCountry(Activation):
    """A country as one tenant has it. Triggers add the rows (see `assignment`)."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="tenant_countries")
    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="tenant_countries")

    class Meta:
        ordering: ClassVar = ["tenant", "country"]
        verbose_name = "country of a tenant"
        verbose_name_plural = "countries of tenants"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "country"], name="tenant_country_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.country_id}"


class TenantSubdivision(Activation):
    """A subdivision that one tenant has switched at least once; without a row it is active, at version 1."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="tenant_subdivisions")
    subdivision = models.ForeignKey(Subdivision, on_delete=models.CASCADE, related_name="tenant_subdivisions")

    class Meta:
        ordering: ClassVar = ["tenant", "subdivision"]
        verbose_name = "subdivision of a tenant"
        verbose_name_plural = "subdivisions of tenants"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "subdivision"], name="tenant_subdivision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.subdivision_id}"


class TenantCountryName(models.Model):
    """The name that one tenant gives a country in one language; its callers see it instead of ours."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="country_names")
    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="tenant_names")
    language = models.CharField(max_length=20, choices=settings.LANGUAGES)
    name = models.CharField(max_length=200)

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
