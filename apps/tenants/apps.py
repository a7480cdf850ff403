"""The tenants app."""

from typing import ClassVar

from django.apps import AppConfig

from apps.revisions.movers import RevisedApp


class TenantsConfig(RevisedApp, AppConfig):
    """Who the customers are, and what each has bought."""

    name = "apps.tenants"
    revised_tables: ClassVar[dict[str, str]] = {
        "tenants_plan": "credentials",
        "tenants_tenant": "credentials",
    }
