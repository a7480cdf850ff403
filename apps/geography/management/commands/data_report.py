"""List what looks wrong in the data."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.geography.report.stored import store
from apps.geography.report.suspicions import Suspicion, reason
from apps.geography.report.tables import KINDS, suspicions


class Command(BaseCommand):
    """`data_report`."""

    help = (
        "List what looks wrong in names, places and codes, with evidence. Fails where something is not explained in "
        "fixtures/accepted_suspicions.tsv; that is what staff find in the back office until the next report."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what to look for, and how to tell it."""
        parser.add_argument("--kind", action="append", choices=KINDS, help="Only this kind; may be repeated.")
        parser.add_argument("--json", action="store_true", help="Print a JSON array, a suspicion each.")
        parser.add_argument("--all", action="store_true", help="List those that are explained, too.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Report, and keep for staff what is not explained; raises CommandError where something is not."""
        kinds = tuple(options["kind"] or KINDS)
        found = [(each, reason(each)) for each in suspicions(kinds)]
        unexplained = [each for each, why in found if not why]
        store(kinds, unexplained)
        if options["verbosity"]:
            self._print(found, options)
        if unexplained:
            raise CommandError(f"{len(unexplained)} suspicions are not explained.")

    def _print(self, found: Sequence[tuple[Suspicion, str]], options: dict[str, Any]) -> None:
        listed = [(each, why) for each, why in found if options["all"] or not why]
        if options["json"]:
            rows = [{**asdict(each), "reason": why} for each, why in listed]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            for each, why in listed:
                text = "  ".join(part for part in (each.kind, each.code, each.language, each.name) if part)
                self.stdout.write(f"{text}: {each.evidence}{f' ({why})' if why else ''}")
            counts = Counter(each.kind for each, why in found if not why)
            explained = Counter(each.kind for each, why in found if why)
            for kind in options["kind"] or KINDS:
                self.stdout.write(f"{kind}: {counts[kind]}, and {explained[kind]} explained")
