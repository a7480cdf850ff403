"""The back_office app."""

from django.apps import AppConfig


class BackOfficeConfig(AppConfig):
    """The ground under every admin: middleware, stale forms, fields for lists, the history of all writes."""

    name = "apps.back_office"
