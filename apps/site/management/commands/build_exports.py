"""Export what tenants show as files that anyone can take."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.geography.names.languages import LANGUAGES
from apps.revisions.file_errors import naming
from apps.site.exports.releases import Busy, release, writing_to
from apps.tenants.models import Tenant


class Command(BaseCommand):
    """`build_exports`."""

    help = (
        "Write what tenants show as CSV, JSON Lines, GeoJSON, SQLite and, for forms, a small file of countries, in "
        "each of their languages. Files are called after what is in them; where that is as before, nothing changes. "
        "A release is whole or not there, and the two before it stay. The service shows those of EXPORTS_TENANTS at "
        "/exports/."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--tenant",
            action="append",
            metavar="CODE",
            help="Of this tenant; can be repeated (default: EXPORTS_TENANTS).",
        )
        parser.add_argument(
            "--language",
            action="append",
            metavar="xx",
            help="In this one; can be repeated (default: all of the tenant's).",
        )
        parser.add_argument(
            "--to", type=Path, metavar="FOLDER", help="Write here (default: EXPORTS_FOLDER, which is served)."
        )

    def handle(
        self,
        *,
        tenant: list[str] | None,
        language: list[str] | None,
        to: Path | None,
        verbosity: int,
        **options: object,
    ) -> None:
        """Export, and say what is new."""
        if unknown := set(language or ()) - LANGUAGES:
            raise CommandError(
                f"There is no language {', '.join(sorted(unknown))}; there are {', '.join(sorted(LANGUAGES))}."
            )
        tenants = _tenants(tenant or settings.EXPORTS_TENANTS)
        folder = to or Path(settings.EXPORTS_FOLDER)
        try:
            with naming(folder), writing_to(folder):
                for each in tenants:
                    for code in language or each.languages:
                        manifest, is_new = release(folder, each, code)
                        if verbosity:
                            files = manifest.releases[0].files
                            size = sum(file.bytes for file in files) / 1e6
                            said = f"{len(files)} files, {size:,.1f} MB" if is_new else "as before"
                            self.stdout.write(f"{each.code} {code}: {said}")
        except Busy as error:
            raise CommandError(str(error)) from error


def _tenants(codes: list[str]) -> list[Tenant]:
    """Return the tenants; raises CommandError."""
    if not codes:
        raise CommandError("Name a tenant with --tenant, or those whose exports are public in EXPORTS_TENANTS.")
    found = {each.code: each for each in Tenant.objects.filter(code__in=codes, is_enabled=True).select_related("plan")}
    if unknown := sorted(set(codes) - set(found)):
        raise CommandError(f"There is no enabled tenant {', '.join(unknown)}.")
    return [found[code] for code in codes]
