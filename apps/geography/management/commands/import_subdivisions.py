"""Import subdivisions, their types and their names."""

from collections.abc import Sequence
from typing import Any

from apps.geography.imports import subdivisions
from apps.geography.imports.command import ImportCommand
from apps.geography.imports.tables import Dataset


class Command(ImportCommand):
    """`import_subdivisions`."""

    help = "Import the subdivisions of ISO 3166-2 and their names from the installed packages and fixtures/."

    def datasets(self, options: dict[str, Any]) -> Sequence[Dataset]:
        """Return what the packages have."""
        return subdivisions.datasets()
