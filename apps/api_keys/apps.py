"""The api_keys app."""

import logging
from typing import ClassVar

from django.apps import AppConfig

from apps.revisions.movers import RevisedApp


class ApiKeysConfig(RevisedApp, AppConfig):
    """Credentials of tenants: private and public keys, OAuth2 clients."""

    name = "apps.api_keys"
    revised_tables: ClassVar[dict[str, str]] = {
        "api_keys_apikey": "credentials",
        "api_keys_oauthclient": "credentials",
        "oauth2_provider_accesstoken": "credentials",
    }
    # A client may ask for a token with every request; that must not make every process forget every key.
    unrevised_inserts: ClassVar[set[str]] = {"oauth2_provider_accesstoken"}

    def ready(self) -> None:
        """Keep tokens out of logs: oauthlib writes each one it issues at level DEBUG."""
        from apps.api_keys import checks  # noqa: F401

        logging.getLogger("oauthlib").setLevel(logging.INFO)
