"""Export subdivisions, their types and their names."""

from apps.geography.sources import subdivisions
from apps.imports.command import ExportCommand


class Command(ExportCommand):
    """`export_subdivisions`."""

    help = "Write subdivisions, their types and their names as JSON Lines or CSV, with staff's corrections."
    tables = (subdivisions.TYPES, subdivisions.SUBDIVISIONS, subdivisions.OFFICIAL_NAMES)
