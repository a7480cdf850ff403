"""The revisions app."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models.signals import post_migrate


class RevisionsConfig(AppConfig):
    """The numbers that say when something that callers see has changed, and whoever reads them."""

    name = "apps.revisions"

    def ready(self) -> None:
        """Install the revision triggers after every migrate (SQLite drops them when it rebuilds a table).

        Refuses to start with a lease on SQLite, whose processes are where their database is.
        """
        from apps.revisions import checks, triggers  # noqa: F401

        if settings.REVISION_LEASE and connection.vendor != "postgresql":
            raise ImproperlyConfigured("REVISION_LEASE is for PostgreSQL; SQLite tells nobody of its changes.")
        post_migrate.connect(triggers.install, sender=self)
