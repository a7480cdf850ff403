"""The webhooks app."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Changes of what a tenant shows, sent to receivers of its own."""

    name = "apps.webhooks"
    verbose_name = "Webhooks"
