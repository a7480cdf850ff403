"""The tenants app."""

from typing import ClassVar

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models.signals import post_migrate


class TenantsConfig(AppConfig):
    """Who the customers are, and the revision numbers that say when something they see has changed."""

    name = "apps.tenants"
    revised_tables: ClassVar[dict[str, str]] = {
        "tenants_plan": "credentials",
        "tenants_tenant": "credentials",
    }

    def ready(self) -> None:
        """Install the revision triggers after every migrate (SQLite drops them when it rebuilds a table).

        Refuses to start with a lease on SQLite, whose processes are where their database is.
        """
        from apps.tenants import checks, triggers  # noqa: F401

        if settings.REVISION_LEASE and connection.vendor != "postgresql":
            raise ImproperlyConfigured("REVISION_LEASE is for PostgreSQL; SQLite tells nobody of its changes.")
        post_migrate.connect(triggers.install, sender=self)
