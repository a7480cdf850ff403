"""Import subdivisions, their types and their names."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from apps.geography.models import Country
from apps.geography.sources import pinned, reach
from apps.geography.sources.subdivisions import reader as subdivisions
from apps.geography.tables import OFFICIAL_NAMES, SUBDIVISIONS, TYPES
from apps.imports.command import ImportCommand
from apps.imports.tables import Dataset


class Command(ImportCommand):
    """`import_subdivisions`."""

    help = "Import the subdivisions of ISO 3166-2 and their names from the installed packages and fixtures/."
    tables = (TYPES, SUBDIVISIONS, OFFICIAL_NAMES)
    belong_to = ((Country, "import_countries"),)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the table."""
        super().add_arguments(parser)
        parser.add_argument(
            "--iso-table",
            type=Path,
            help="CSV of official names: code, language, name, local variant. Later imports keep to it.",
        )
        parser.add_argument(
            "--forget-iso-table", action="store_true", help="Take official names from the packages again."
        )

    def datasets(self, options: dict[str, Any]) -> Sequence[Dataset]:
        """Return what the packages have, and the table."""
        return subdivisions.datasets(options["iso_table"], keep_table=not options["forget_iso_table"])

    def within_reach(self, datasets: Sequence[Dataset]) -> Sequence[Dataset]:
        """Return what was exported, for the countries that it has rows of."""
        return reach.within(datasets)

    def sources(self) -> dict[str, str]:
        """Return the versions of the packages, and the checksum of `fixtures/`."""
        return pinned.versions()

    def files(self, options: dict[str, Any]) -> Sequence[Path]:
        """Return the table."""
        return [options["iso_table"]] if options["iso_table"] else []

    def handle(self, *args: Any, **options: Any) -> None:
        """Import from the one kind of source or the other."""
        if options["exported"] and self.files(options):
            raise CommandError("Give either --from or --iso-table.")
        super().handle(*args, **options)
