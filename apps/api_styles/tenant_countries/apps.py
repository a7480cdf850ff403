"""The tenant_countries API style."""

from django.apps import AppConfig


class TenantCountriesConfig(AppConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.tenant_countries"
    label = "tenant_countries"
