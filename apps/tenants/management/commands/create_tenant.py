"""Make a tenant."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps import PROGRAM
from apps.back_office.history.audit import Author
from apps.tenants.models import Plan, Tenant
from apps.tenants.options import add_tenant_options, described, put, save

BY = Author.of_command("create_tenant")
DEFAULT_PLAN = "Everything"


class Command(BaseCommand):
    """`create_tenant`."""

    help = (
        "Make a tenant: a customer with its own choice of countries and its own credentials. It begins with every "
        f"country active, in English, on the plan {DEFAULT_PLAN}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what it is given."""
        parser.add_argument("code", help="3 to 16 lower-case letters and digits, first a letter; part of its URLs.")
        add_tenant_options(parser)

    @transaction.atomic
    def handle(self, *, code: str, **options: Any) -> None:
        """Make it and say what it is."""
        if Tenant.objects.filter(code=code).exists():
            raise CommandError(f"There is a tenant {code} already; {PROGRAM} set_tenant {code} changes it.")
        if "plan" not in options:
            options["plan"] = Plan.objects.filter(name=DEFAULT_PLAN).first() or Plan(name=DEFAULT_PLAN)
            if options["plan"].pk is None:
                save(options["plan"], BY)
        tenant = Tenant(code=code, name=code)
        put(tenant, options, BY)
        if options["verbosity"]:
            self.stdout.write(described(tenant))
            self.stderr.write(f"Next: {PROGRAM} issue_api_key {tenant}", self.style.NOTICE)
