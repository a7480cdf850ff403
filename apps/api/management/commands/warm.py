"""Prepare answers before they are asked for."""

from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from apps.api.answers.shelf import shelf
from apps.api.answers.warming import common_requests, prepare
from apps.tenants.models import Tenant


class Command(BaseCommand):
    """`warm`."""

    help = (
        "Prepare the answers that are asked for most, for all processes of this machine: after a deploy or an import "
        "they take them from files instead of building them. Answers that are current already are left as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--tenant", action="append", metavar="CODE", help="Only for this tenant; can be repeated (default: all)."
        )
        parser.add_argument(
            "--each-country",
            action="store_true",
            help="Also what is asked of one country: subdivisions, states and cities, the tenant's record of it.",
        )

    def handle(self, *, tenant: list[str] | None, each_country: bool, **options: Any) -> None:
        """Prepare, and say what was done."""
        tenants = Tenant.objects.filter(is_enabled=True).select_related("plan").order_by("code")
        if tenant:
            unknown = set(tenant) - set(tenants.values_list("code", flat=True))
            if unknown:
                raise CommandError(f"There is no enabled tenant {', '.join(sorted(unknown))}.")
            tenants = tenants.filter(code__in=tenant)
        start = perf_counter()
        requests = list(common_requests(tenants, each_country=each_country, for_everybody=not tenant))
        is_quiet = options["verbosity"] == 0
        files = {prepare(request, shelf) for request in tqdm(requests, unit=" answers", disable=is_quiet or None)}
        kept = {file for file in files if file is not None}
        # Those of other tenants are as good as they were.
        removed = 0 if tenant else shelf.sweep(kept)
        size = sum(file.stat().st_size for file in kept) / 1e6
        if not is_quiet:
            seconds = perf_counter() - start
            self.stdout.write(
                f"{len(kept):,} answers, {size:,.1f} MB, in {seconds:.1f} s; {removed:,} old ones removed."
            )
