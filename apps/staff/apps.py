"""The staff app, and the site of the back office."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.utils.translation import gettext


class StaffConfig(AppConfig):
    """Pages for staff that span apps: people and their roles, sign-in, the history, the home page, activation."""

    name = "apps.staff"

    def ready(self) -> None:
        """Note every log-in, and those that failed; call apps and tables as staff do."""
        from apps.staff import checks  # noqa: F401
        from apps.staff.sign_in import log_ins
        from apps.staff.site import APPS, WORDS

        user_logged_in.connect(log_ins.signed_in, dispatch_uid="log-ins of staff")
        user_login_failed.connect(log_ins.failed, dispatch_uid="log-ins of staff that failed")
        for label, words in APPS.items():
            apps.get_app_config(label).verbose_name = words
        for label, (one, many) in WORDS.items():
            apps.get_model(label)._meta.verbose_name, apps.get_model(label)._meta.verbose_name_plural = one, many
        # In filters, titles and breadcrumbs; what is stored is English.
        entries: Any = apps.get_model("auditlog.LogEntry")
        entries.__str__ = lambda entry: entry.object_repr
        apps.get_model("auth.Group").__str__ = lambda group: gettext(group.name)  # type: ignore[method-assign, attr-defined]


class AdminSiteConfig(admin_apps.AdminConfig):
    """Django's admin, on a site of our own."""

    default = False
    default_site = "apps.staff.site.Site"
