"""The geography app."""

from typing import ClassVar

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GeographyConfig(AppConfig):
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
        """Install the triggers that give each tenant every country, and those that date rows."""
        from apps.geography import assignment, timestamps

        post_migrate.connect(assignment.install, sender=self)
        post_migrate.connect(timestamps.install, sender=self)
