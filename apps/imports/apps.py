"""The imports app."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """The engine that makes tables agree with upstream and keeps what staff corrected; it knows no country."""

    name = "apps.imports"
