"""Export countries, regions and their names."""

from apps.geography.sources import countries
from apps.imports.command import ExportCommand


class Command(ExportCommand):
    """`export_countries`."""

    help = "Write countries, regions and their names as JSON Lines or CSV, with staff's corrections."
    tables = (countries.REGIONS, countries.COUNTRIES, countries.ALTERNATIVE_NAMES)
