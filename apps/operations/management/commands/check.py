"""Django's check, which with `-v 0` is silent where it finds nothing."""

from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.core.management.commands import check


class Command(check.Command):
    """Cron sends by mail whatever is said."""

    def execute(self, *arguments: Any, **options: Any) -> None:
        """Look, and say what is wrong; raises CommandError for an app that there is not."""
        for label in arguments:
            try:
                apps.get_app_config(label)
            except LookupError as error:
                raise CommandError(f"{error} Name apps by their labels, or none of them for all.") from error
        self._is_quiet = not options["verbosity"]
        super().execute(*arguments, **options)

    def check(self, *arguments: Any, **options: Any) -> None:
        """Look; the line that nothing was found is said where anything is."""
        super().check(*arguments, **options | {"display_num_errors": not self._is_quiet})
