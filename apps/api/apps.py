"""The api app."""

from django.apps import AppConfig
from django.core.signals import request_finished


class ApiConfig(AppConfig):
    """What every API style shares: credentials in, languages, errors out."""

    name = "apps.api"

    def ready(self) -> None:
        """Write what the use of credentials leads to when an answer is out, so that nobody waits for it."""
        from apps.api_keys import credentials

        request_finished.connect(credentials.write_uses, dispatch_uid="last use of credentials")
