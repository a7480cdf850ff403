"""Export cities, their names and the states that ISO does not have."""

from apps.geography.tables import CITIES, CITY_NAMES, STATES
from apps.imports.command import ExportCommand


class Command(ExportCommand):
    """`export_cities`."""

    help = "Write cities, their names and states that ISO does not have as JSON Lines or CSV, with staff's corrections."
    tables = (STATES, CITIES, CITY_NAMES)
