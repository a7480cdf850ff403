"""Make a plan."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from apps.back_office.history.audit import Author
from apps.tenants.models import DEFAULT_REQUESTS_PER_MINUTE, Plan
from apps.tenants.options import LIMITS, add_limits, save

BY = Author.of_command("create_plan")


class Command(BaseCommand):
    """`create_plan`."""

    help = (
        "Make a plan: which data its tenants may see and how much they may ask. By default all data, and many requests."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what it includes."""
        parser.add_argument("name", help="What people call it.")
        parser.add_argument("--no-subdivisions", action="store_true", help="Lists of subdivisions are empty.")
        parser.add_argument(
            "--no-extended-translations",
            action="store_true",
            help="Subdivisions are named officially, as ISO has them, and not in every language.",
        )
        add_limits(parser, "no limit", DEFAULT_REQUESTS_PER_MINUTE)

    @transaction.atomic
    def handle(self, *, name: str, no_subdivisions: bool, no_extended_translations: bool, **options: Any) -> None:
        """Make it and say so."""
        limits = {field: options[field] for field in LIMITS if field in options}
        plan = Plan(
            name=name,
            subdivision_access=not no_subdivisions,
            extended_translations=not no_extended_translations,
            **limits,
        )
        save(plan, BY)
        if options["verbosity"]:
            self.stdout.write(f"Made the plan {plan}.")
