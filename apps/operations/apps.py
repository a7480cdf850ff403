"""The operations app."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What operators see of a running service, and what they are told when something is wrong."""

    name = "apps.operations"
