"""The staff app."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Pages for staff that span apps: people and their roles, the history, the home page, activation."""

    name = "apps.staff"
