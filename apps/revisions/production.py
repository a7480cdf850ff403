"""Which databases are production's, so that a command with other settings and other secrets does nothing to them.

A shell that has production's DATABASE_URL and nothing else would give out keys that production refuses, or make a
superuser whose password is printed.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

HINT = (
    "Give the command production's variables, too (config/deploy/README.md says how), or let DATABASE_URL name "
    "another database."
)


def mark(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Mark the database as production's, under its settings; a receiver of `post_migrate`."""
    rows = _rows(using)
    if settings.IS_PRODUCTION and rows is not None and not rows.exists():
        rows.create()


@register()
def production_is_left_alone(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse every command with other settings than production's on its database."""
    if settings.IS_PRODUCTION:
        return []
    try:
        rows = _rows(DEFAULT_DB_ALIAS)
        is_marked = rows is not None and rows.exists()
    except DatabaseError:
        # Whoever needs it will say so.
        return []
    message = "This database is production's, and these settings are not."
    return [Error(message, hint=HINT, id="revisions.E001")] if is_marked else []


def _rows(using: str) -> Any:
    """Return the marks in a database, None where it has no table for them yet."""
    model = apps.get_model("revisions", "Production")
    if model._meta.db_table not in connections[using].introspection.table_names():
        return None
    return model._default_manager.using(using)
