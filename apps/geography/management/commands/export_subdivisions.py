"""Export subdivisions, their types and their names."""

from apps.geography.tables import OFFICIAL_NAMES, SUBDIVISIONS, TYPES
from apps.imports.command import ExportCommand


class Command(ExportCommand):
    """`export_subdivisions`."""

    help = "Write subdivisions, their types and their names as JSON Lines or CSV, with staff's corrections."
    tables = (TYPES, SUBDIVISIONS, OFFICIAL_NAMES)
