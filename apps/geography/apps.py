"""The geography app."""

from collections.abc import Collection, Iterator
from typing import ClassVar

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_noop

from apps.imports.files.source import BadSource
from apps.imports.offers import ImportingApp
from apps.revisions.movers import RevisedApp
from apps.revisions.triggers import Trigger


class GeographyConfig(RevisedApp, ImportingApp, AppConfig):
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

    offered_imports: ClassVar[dict[str, str]] = {
        "import_countries": gettext_noop("Countries, regions and their names"),
        "import_subdivisions": gettext_noop("Subdivisions, their types and names"),
        "import_cities --cities 15000": gettext_noop("Cities of at least 15,000 people, and their names"),
        "import_cities --cities 5000": gettext_noop("Cities of at least 5,000 people, and their names"),
        "import_cities --cities 1000": gettext_noop("Cities of at least 1,000 people, and their names"),
        "import_cities --cities 500": gettext_noop("Cities of at least 500 people, and their names"),
        "import_cities --geonames FILE": gettext_noop("Cities, from a file of GeoNames (cities500.zip, JP.zip)"),
        "import_countries --from FILE": gettext_noop("Countries, from a file that Gazetteer exported"),
        "import_subdivisions --from FILE": gettext_noop("Subdivisions, from a file that Gazetteer exported"),
        "import_cities --from FILE": gettext_noop("Cities, from a file that Gazetteer exported"),
    }

    def ready(self) -> None:
        """Let migrate make up for assignments that missed their triggers, and for names that no search finds yet.

        Raises ImproperlyConfigured where SUBDIVISION_SYSTEMS names a system that there is not.
        """
        if settings.SUBDIVISION_SYSTEMS:
            # Here, since who only serves would never ask for one, and imports are refused a night later.
            from apps.geography.sources.subdivisions import systems

            try:
                systems.chosen()
            except BadSource as error:
                raise ImproperlyConfigured(str(error)) from error
        from apps.geography import assignment
        from apps.geography.search import index

        post_migrate.connect(assignment.assign_missing, sender=self)
        post_migrate.connect(index.catch_up, sender=self)

    def triggers(self) -> Iterator[Trigger]:
        """Yield those that move revisions, assign countries to tenants, date rows, and note what has changed."""
        from apps.geography import assignment, timestamps
        from apps.geography.changes import triggers as of_changes
        from apps.geography.search import triggers as of_search

        yield from super().triggers()
        yield from assignment.triggers()
        yield from timestamps.triggers()
        yield from of_search.triggers()
        yield from of_changes.triggers()

    def mended(self, using: str, tables: Collection[str]) -> None:
        """Let who follows changes begin anew where some may not have been noted."""
        from apps.geography.changes import triggers

        if triggers.TARGET in tables:
            triggers.forget(using)

    def imported(self) -> None:
        """Keep merged cities hidden, and let new names be found."""
        from apps.geography.curation import merging
        from apps.geography.search import index

        merging.hide_merged()
        index.refresh()
