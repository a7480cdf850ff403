"""Import countries, regions and all their names."""

from collections.abc import Sequence
from typing import Any

from apps.geography.sources import pinned, reach
from apps.geography.sources.countries import reader as countries
from apps.geography.tables import ALTERNATIVE_NAMES, COUNTRIES, REGIONS
from apps.imports.command import ImportCommand
from apps.imports.tables import Dataset


class Command(ImportCommand):
    """`import_countries`."""

    help = "Import countries, regions and their names from the installed packages and fixtures/."
    tables = (REGIONS, COUNTRIES, ALTERNATIVE_NAMES)

    def datasets(self, options: dict[str, Any]) -> Sequence[Dataset]:
        """Return what the packages have."""
        return countries.datasets()

    def within_reach(self, datasets: Sequence[Dataset]) -> Sequence[Dataset]:
        """Return what was exported, for the countries that it has rows of."""
        return reach.within(datasets)

    def sources(self) -> dict[str, str]:
        """Return the versions of the packages, and the checksum of `fixtures/`."""
        return pinned.versions()
