"""Revoke a credential from the shell."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.api_keys.management import lookup
from apps.back_office.history.audit import Author
from apps.revisions import lease

BY = Author.of_command("revoke_api_key")


class Command(BaseCommand):
    """When the command returns, the next request with it is refused, in every process."""

    help = "Revoke a key, or disable an OAuth2 client and with it its tokens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which ones."""
        parser.add_argument("credential_ids", nargs="+", help="Key ids or client ids.")

    def handle(self, *, credential_ids: list[str], **options: Any) -> None:
        """Revoke them; all are looked up before the first is revoked."""
        try:
            credentials = [lookup.find(credential_id) for credential_id in credential_ids]
        except LookupError as error:
            raise CommandError(str(error)) from error
        for credential in credentials:
            count = type(credential).objects.filter(pk=credential.pk).revoke(by=BY)
            if options["verbosity"]:
                self.stdout.write(f"{credential}: {'revoked' if count else 'was revoked already'}")
        lease.wait()
