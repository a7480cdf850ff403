"""Let somebody log in again who has lost the device and the recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from apps.back_office.history.audit import Author
from apps.staff.sign_in import second_step

BY = Author.of_command("reset_second_step")


class Command(BaseCommand):
    """Who has to have a second step sets up another at the next log-in."""

    help = "Remove the second step and the recovery codes of a user of the back office, and end their sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("username")

    def handle(self, *, username: str, **options: Any) -> None:
        """Remove them."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}.")
        had = second_step.reset(BY, user)
        if options["verbosity"]:
            self.stdout.write(f"{username}: {'reset' if had else 'had no second step'}")
