"""The site app."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """What visitors find beside the APIs: their descriptions."""

    name = "apps.site"
