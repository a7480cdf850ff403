"""The tenants app."""

from typing import ClassVar

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TenantsConfig(AppConfig):
    """Who the customers are, and the revision numbers that say when something they see has changed."""

    name = "apps.tenants"
    revised_tables: ClassVar[dict[str, str]] = {
        "tenants_plan": "credentials",
        "tenants_tenant": "credentials",
    }

    def ready(self) -> None:
        """Install the revision triggers after every migrate (SQLite drops them when it rebuilds a table)."""
        from apps.tenants import checks, revisions  # noqa: F401

        post_migrate.connect(revisions.install, sender=self)
