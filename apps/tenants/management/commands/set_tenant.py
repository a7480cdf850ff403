"""Change a tenant."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps import PROGRAM
from apps.back_office.history.audit import Author
from apps.tenants.models import Tenant
from apps.tenants.options import SWITCH, add_tenant_options, described, put, switch

BY = Author.of_command("set_tenant")


class Command(BaseCommand):
    """`set_tenant`."""

    help = "Change of a tenant what is given, leave the rest as it is, and print what it is now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may change; the code may not, since it is part of the tenant's URLs."""
        parser.add_argument("code", help="The tenant's code.")
        add_tenant_options(parser)
        parser.add_argument(
            "--enabled", type=switch, metavar="|".join(SWITCH), help="Off: none of its credentials works."
        )

    @transaction.atomic
    def handle(self, *, code: str, enabled: bool | None, **options: Any) -> None:
        """Change it and say what it is now."""
        tenant = Tenant.objects.select_related("plan").select_for_update(of=("self",)).filter(code=code).first()
        if tenant is None:
            known = ", ".join(Tenant.objects.values_list("code", flat=True)[:20]) or "none yet"
            raise CommandError(f"There is no tenant {code}; there are: {known}. {PROGRAM} create_tenant makes one.")
        if enabled is not None:
            tenant.is_enabled = enabled
        put(tenant, options, BY)
        if options["verbosity"]:
            self.stdout.write(described(tenant))
