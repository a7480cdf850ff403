"""The constants API style."""

from django.apps import AppConfig


class ConstantsConfig(AppConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.constants"
    label = "constants"
