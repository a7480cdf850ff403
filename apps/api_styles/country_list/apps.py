"""The country_list API style."""

from django.apps import AppConfig


class CountryListConfig(AppConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.country_list"
    label = "country_list"
