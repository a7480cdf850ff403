"""List credentials."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.api_keys.management.lookup import Credential
from apps.api_keys.models import ApiKey, CredentialUse, OAuthClient
from apps.tenants.models import Tenant


class Command(BaseCommand):
    """One line for each: id, tenant, last four characters, kind, until when, last used, label."""

    help = "List the keys and OAuth2 clients that work; never a secret."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which ones."""
        parser.add_argument("--tenant", help="Only those of the tenant with this code.")
        parser.add_argument(
            "--old-pepper", action="store_true", help="Only those that die when the pepper before the newest goes."
        )

        parser.add_argument(
            "--pepper", type=int, metavar="N", help="Only those that die when API_KEY_PEPPER_N goes, or that have died."
        )

    def handle(self, *, tenant: str | None, old_pepper: bool, pepper: int | None, **options: Any) -> None:
        """Print the lines."""
        keys = ApiKey.objects.usable().select_related("tenant")
        clients = OAuthClient.objects.usable().select_related("tenant")
        if tenant is not None:
            if not Tenant.objects.filter(code=tenant).exists():
                raise CommandError(f"There is no tenant {tenant}.")
            keys, clients = keys.filter(tenant__code=tenant), clients.filter(tenant__code=tenant)
        if old_pepper:
            keys, clients = keys.under_old_pepper(), clients.under_old_pepper()
        if pepper is not None:
            keys, clients = keys.under_pepper(pepper), clients.under_pepper(pepper)
        used_at = dict(CredentialUse.objects.values_list("credential_id", "last_used_at"))
        for key in keys:
            end = f"until {key.expires_at:%Y-%m-%d %H:%M}" if key.expires_at else "no end"
            self.print(key, [key.key_id, key.get_kind_display(), end, _use(used_at.get(key.key_id)), key.label])
        for client in clients:
            use = _use(used_at.get(client.client_id))
            self.print(client, [client.client_id, "client", "no end", use, client.name])

    def print(self, credential: Credential, parts: list[str]) -> None:
        """Print one line, its parts separated by tabs."""
        credential_id, *rest = parts
        # A label may be of anything, and makes neither lines nor columns, nor does it move the cursor.
        *rest, label = rest
        label = "".join(character if character.isprintable() else " " for character in label)
        self.stdout.write("\t".join([credential_id, credential.tenant.code, f"…{credential.last_four}", *rest, label]))


def _use(at: datetime | None) -> str:
    return f"used {at:%Y-%m-%d %H:%M}" if at else "never used"
