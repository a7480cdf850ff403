"""Issue a credential from the shell."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from apps.api_keys.management.spans import days
from apps.api_keys.models import ApiKey, Kind, OAuthClient
from apps.back_office.history.audit import Author
from apps.tenants.models import Tenant

BY = Author.of_command("issue_api_key")
KINDS = {"private": Kind.PRIVATE, "public": Kind.PUBLIC}


class Command(BaseCommand):
    """Prints the secret once, alone on stdout; the id goes to stderr."""

    help = "Issue a private key, a public key or an OAuth2 client, and print its secret once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose it is, of what kind, and what it may."""
        parser.add_argument("tenant", help="The tenant's code.")
        parser.add_argument("--kind", choices=[*KINDS, "client"], default="private")
        parser.add_argument("--label", default="", help="What it is for, in your own words.")
        parser.add_argument("--scope", action="append", help="Repeat for more. Default: every scope.")
        parser.add_argument("--origin", action="append", default=[], help="Of a public key. Repeat for more.")
        parser.add_argument("--network", action="append", default=[], help="Of a key: 192.0.2.0/24. Repeat for more.")
        parser.add_argument("--days", type=days, help="Of a key: how long it works. Default: until it is revoked.")

    @transaction.atomic
    def handle(self, *, tenant: str, kind: str, label: str, scope: list[str] | None, **options: Any) -> None:
        """Issue, check, print."""
        owner = Tenant.objects.filter(code=tenant).first()
        if owner is None:
            raise CommandError(f"There is no tenant {tenant}.")
        fields: dict[str, Any] = {} if scope is None else {"scopes": scope}
        credential: ApiKey | OAuthClient
        if kind == "client":
            if options["origin"] or options["network"] or options["days"] is not None:
                raise CommandError("Origins, networks and days are of keys, not of clients.")
            credential, secret = OAuthClient.objects.issue(owner, label, by=BY, **fields)
        else:
            if options["days"] is not None:
                fields["expires_at"] = timezone.now() + options["days"]
            fields |= {"label": label, "origins": options["origin"], "networks": options["network"]}
            credential, secret = ApiKey.objects.issue(owner, KINDS[kind], by=BY, **fields)
        try:
            credential.clean_fields()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        if options["verbosity"]:
            self.stderr.write(str(credential))
        self.stdout.write(secret)
        # A secret that nobody could read is taken back with what it is for.
        self.stdout.flush()
