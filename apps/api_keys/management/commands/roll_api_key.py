"""Replace a secret from the shell."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.api_keys.management import lookup
from apps.api_keys.management.spans import hours
from apps.back_office.history.audit import Author

BY = Author.of_command("roll_api_key")


class Command(BaseCommand):
    """Prints the new secret once, alone on stdout; the id goes to stderr."""

    help = "Give a key or an OAuth2 client a new secret; the old one works a while longer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one, and how long both work."""
        parser.add_argument("credential_id", help="A key id or a client id.")
        parser.add_argument("--overlap-hours", type=hours, default="24", help="How long the old secret still works.")

    @transaction.atomic
    def handle(self, *, credential_id: str, overlap_hours: timedelta, **options: Any) -> None:
        """Roll and print."""
        try:
            credential, secret = lookup.find(credential_id).roll(overlap_hours, by=BY)
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stderr.write(str(credential))
        self.stdout.write(secret)
        # A secret that nobody could read is taken back with what it is for.
        self.stdout.flush()
