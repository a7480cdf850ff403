"""Look at the whole installation."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.operations.examination import FAILED, OK, Finding, findings

UNWELL = 50


class Command(BaseCommand):
    """`doctor`."""

    help = (
        "Look at settings, database, migrations, triggers, data, credentials, clock, Redis, static files, proxy and "
        f"files, and say what to do about each that is not well. Ends with {UNWELL} where one has failed."
    )
    # They are among what it looks at.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the form."""
        parser.add_argument("--json", action="store_true", help="Print one JSON object instead.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, and tell; with -v 0 only of what is not well."""
        found = list(findings())
        is_well = all(finding.status != FAILED for finding in found)
        if options["json"]:
            about = {"well": is_well, "version": settings.VERSION, "checks": [finding._asdict() for finding in found]}
            self.stdout.write(json.dumps(about, indent=1))
        else:
            for finding in found:
                if options["verbosity"] or finding.status == FAILED:
                    self._tell(finding)
        if not is_well:
            raise SystemExit(UNWELL)

    def _tell(self, finding: Finding) -> None:
        styles = {OK: self.style.SUCCESS, FAILED: self.style.ERROR}
        style = styles.get(finding.status, self.style.WARNING)
        self.stdout.write(f"{style(finding.status):<8} {finding.check}: {finding.said}")
        if finding.remedy:
            self.stdout.write(f"         → {finding.remedy}")
