"""The data API style."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.data"
    label = "data"
