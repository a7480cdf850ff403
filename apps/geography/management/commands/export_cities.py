"""Export cities, their names and the states that ISO does not have."""

from apps.geography.sources import cities
from apps.imports.command import ExportCommand


class Command(ExportCommand):
    """`export_cities`."""

    help = "Write cities, their names and states that ISO does not have as JSON Lines or CSV, with staff's corrections."
    tables = (cities.STATES, cities.CITIES, cities.CITY_NAMES)
