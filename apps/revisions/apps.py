"""The revisions app."""

from collections.abc import Iterator

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate

from apps.revisions import lease, movers, production, triggers


class RevisionsConfig(AppConfig):
    """The numbers that say when something that callers see has changed, and whoever reads them."""

    name = "apps.revisions"

    def ready(self) -> None:
        """Install the triggers of all apps after every migrate (SQLite drops them when it rebuilds a table).

        Refuses to start with a lease on SQLite, whose processes are where their database is.
        """
        from apps.revisions import checks  # noqa: F401

        if settings.REVISION_LEASE and connection.vendor != "postgresql":
            raise ImproperlyConfigured("REVISION_LEASE is for PostgreSQL; SQLite tells nobody of its changes.")
        pre_migrate.connect(triggers.make_way, sender=self)
        post_migrate.connect(triggers.install, sender=self)
        post_migrate.connect(movers.move_all, sender=self)
        post_migrate.connect(production.mark, sender=self)

    def triggers(self) -> Iterator[triggers.Trigger]:
        """Yield what lets processes know at once that a revision has moved, where they listen."""
        if settings.REVISION_LEASE:
            yield lease.NOTIFICATION
