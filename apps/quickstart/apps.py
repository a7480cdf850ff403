"""The quickstart app."""

from django.apps import AppConfig


class QuickstartConfig(AppConfig):
    """From an empty folder to a running demo, in one command."""

    name = "apps.quickstart"
