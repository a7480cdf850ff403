"""Export countries, regions and their names."""

from apps.geography.tables import ALTERNATIVE_NAMES, COUNTRIES, REGIONS
from apps.imports.command import ExportCommand


class Command(ExportCommand):
    """`export_countries`."""

    help = "Write countries, regions and their names as JSON Lines or CSV, with staff's corrections."
    tables = (REGIONS, COUNTRIES, ALTERNATIVE_NAMES)
