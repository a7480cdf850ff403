"""The back_office app."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_login_failed


class BackOfficeConfig(AppConfig):
    """The ground under every admin: middleware, stale forms, fields for lists, the history of all writes."""

    name = "apps.back_office"

    def ready(self) -> None:
        """Tell of log-ins that failed, and let models speak the language of the page."""
        from apps.back_office import log_ins
        from apps.back_office.words import model_words

        model_words.translate_models()
        user_login_failed.connect(log_ins.tell, dispatch_uid="log-ins that failed")
