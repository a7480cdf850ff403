"""Django's createsuperuser, which says that it has failed where nobody can be asked."""

import sys
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import CommandError


class Command(createsuperuser.Command):
    """Django itself ends as if it had made one, and a script goes on without."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Ask, or take what the options and the environment say."""
        if options["interactive"] and not (options.get("stdin") or sys.stdin).isatty():
            raise CommandError(
                "There is no terminal to ask for name and password in. Run it in one, or with --noinput, --username, "
                "--email and the variable DJANGO_SUPERUSER_PASSWORD."
            )
        super().handle(*arguments, **options)
