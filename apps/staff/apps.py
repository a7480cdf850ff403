"""The staff app, and the site of the back office."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.auth.signals import user_logged_in, user_login_failed


class StaffConfig(AppConfig):
    """Pages for staff that span apps: people and their roles, sign-in, the history, the home page, activation."""

    name = "apps.staff"

    def ready(self) -> None:
        """Note every log-in, and those that failed."""
        from apps.staff import checks, log_ins  # noqa: F401

        user_logged_in.connect(log_ins.signed_in, dispatch_uid="log-ins of staff")
        user_login_failed.connect(log_ins.failed, dispatch_uid="log-ins of staff that failed")


class AdminSiteConfig(admin_apps.AdminConfig):
    """Django's admin, on a site of our own."""

    default = False
    default_site = "apps.staff.site.Site"
