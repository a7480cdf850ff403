"""Which countries a tenant shows."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils import timezone

from apps.geography.models.countries import Country
from apps.tenants.models import Tenant


class TenantCountryQuerySet(models.QuerySet["TenantCountry"]):
    """The questions this project asks about tenants' countries."""

    def switch(self, active: bool, at: datetime | None = None) -> int:
        """Switch the rows on or off, count a version each, and return how many there were; one query."""
        return self.update(active=active, version=F("version") + 1, modified_at=at or timezone.now())


class TenantCountry(models.Model):
    """A country as one tenant has it. Triggers add the rows (see `assignment`)."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="tenant_countries")
    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="tenant_countries")
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now_add=True)

    objects = TenantCountryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["tenant", "country"]
        verbose_name = "country of a tenant"
        verbose_name_plural = "countries of tenants"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "country"], name="tenant_country_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.country_id}"
