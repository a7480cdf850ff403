"""Whether the service can answer: its database, migrations, triggers and data.

What is asked here is cheap, since it is asked every few seconds: four statements, on top of what this process remembers
of its own code.
"""

from collections.abc import Callable, Mapping

from django.db import DEFAULT_DB_ALIAS, Error, connections

from apps.geography.models import City, Country, Subdivision
from apps.revisions import migrated, triggers

READY = "ready"
UNASKED = "not looked at"
# Each table with the command that fills it.
DATA = {Country: "import_countries", Subdivision: "import_subdivisions", City: "import_cities"}


def states() -> Mapping[str, str]:
    """Return of each part whether it is ready, or in a word why not; never raises, and tells no secret."""
    found = dict.fromkeys(PARTS, UNASKED)
    for name, why_not in PARTS.items():
        try:
            found[name] = why_not() or READY
        except Error:
            found[name] = "does not answer" if name == "database" else "cannot be read"
        if found[name] != READY:
            break
    return found


def empty_tables() -> dict[str, str]:
    """Return the tables that have no rows, each with the command that fills it."""
    return {
        str(model._meta.verbose_name_plural): command
        for model, command in DATA.items()
        if not model._default_manager.exists()
    }


def _database() -> str:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _unapplied() -> str:
    return f"{len(missing)} unapplied" if (missing := migrated.unapplied(connections[DEFAULT_DB_ALIAS])) else ""


def _triggers() -> str:
    connection = connections[DEFAULT_DB_ALIAS]
    repairs = list(triggers.repairs(connection))
    if repairs and migrated.from_later(connection):
        # While a later version is rolled out, this one goes on.
        return ""
    return f"{len(repairs)} to be repaired" if repairs else ""


def _data() -> str:
    return f"no {', no '.join(empty)}" if (empty := empty_tables()) else ""


# In this order: what one lacks, the next cannot be asked about.
PARTS: Mapping[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _unapplied,
    "triggers": _triggers,
    "data": _data,
}
