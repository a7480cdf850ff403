"""The api app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """What every API style shares: credentials in, languages, errors out."""

    name = "apps.api"
