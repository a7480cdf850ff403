"""Make a webhook from the shell."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.back_office.history.audit import Author
from apps.tenants.models import Tenant
from apps.webhooks.models import TYPES, Webhook

BY = Author.of_command("create_webhook")


class Command(BaseCommand):
    """Prints the secret once, alone on stdout; the webhook goes to stderr."""

    help = "Make a webhook that tells what changes of what a tenant shows, from now on, and print its secret once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose it is, and where it goes."""
        parser.add_argument("tenant", help="The tenant's code.")
        parser.add_argument("url", help="Of the receiver: https://shop.example/changes.")
        parser.add_argument("--type", action="append", choices=TYPES, help="Of these places. Default: of all.")
        parser.add_argument("--label", default="", help="What it is for, in your own words.")

    @transaction.atomic
    def handle(self, *, tenant: str, url: str, **options: Any) -> None:
        """Check, make, print."""
        owner = Tenant.objects.select_related("plan").filter(code=tenant).first()
        if owner is None:
            raise CommandError(f"There is no tenant {tenant}.")
        fields = {"label": options["label"], "types": options["type"] or list(TYPES)}
        try:
            Webhook(tenant=owner, url=url, **fields).clean_fields(exclude=["position", "secret"])
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        webhook, secret = Webhook.objects.issue(owner, url, by=BY, **fields)
        if options["verbosity"]:
            self.stderr.write(str(webhook))
        self.stdout.write(secret)
        # A secret that nobody could read is taken back with what it is for.
        self.stdout.flush()
