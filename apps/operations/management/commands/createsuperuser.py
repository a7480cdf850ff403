"""Django's createsuperuser, which says that it has failed where nobody can be asked."""

import sys
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import CommandError
from django.db import IntegrityError


class Command(createsuperuser.Command):
    """Django itself ends as if it had made one, and a script goes on without."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Ask, or take what the options and the environment say."""
        if options["interactive"] and not (options.get("stdin") or sys.stdin).isatty():
            raise CommandError(
                "There is no terminal to ask for name and password in. Run it in one, or with --noinput, --username, "
                "--email and the variable DJANGO_SUPERUSER_PASSWORD."
            )
        try:
            super().handle(*arguments, **options)
        except IntegrityError as error:
            # Between its look and its write another command has made the same one.
            raise CommandError("Somebody of that name is there already.") from error
