"""The geography app."""

from collections.abc import Iterator
from typing import ClassVar

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from apps.revisions.movers import RevisedApp
from apps.revisions.triggers import Trigger


class GeographyConfig(RevisedApp, AppConfig):
    """The data: countries, regions, subdivisions, cities, and what each tenant may see."""

    name = "apps.geography"
    revised_tables: ClassVar[dict[str, str]] = {
        "geography_country": "data",
        "geography_country_regions": "data",
        "geography_alternativename": "data",
        "geography_region": "data",
        "geography_subdivision": "data",
        "geography_subdivisiontype": "data",
        "geography_officialname": "data",
        "geography_city": "data",
        "geography_cityname": "data",
        "geography_tenantcountry": "tenant:tenant_id",
        "geography_tenantcountryname": "tenant:tenant_id",
        "geography_tenantsubdivision": "tenant:tenant_id",
    }

    def ready(self) -> None:
        """Let migrate make up for assignments that missed their triggers."""
        from apps.geography import assignment

        post_migrate.connect(assignment.assign_missing, sender=self)

    def triggers(self) -> Iterator[Trigger]:
        """Yield those that move revisions, that give each tenant every country, and that date rows."""
        from apps.geography import assignment, timestamps

        yield from super().triggers()
        yield from assignment.triggers()
        yield from timestamps.triggers()
