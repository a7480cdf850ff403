"""Fold the names of all places anew, for search."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.geography.search import index


class Command(BaseCommand):
    """`rebuild_search`."""

    help = (
        "Make the index of names that search looks in anew, in one transaction; half a minute for all cities. Imports, "
        "the back office and migrate keep it by themselves: this is for a restore that left tables out, and for writes "
        "made while triggers were disabled."
    )

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        """Rebuild."""
        number = index.rebuild(self.stdout.write) if verbosity else index.rebuild()
        if verbosity:
            self.stdout.write(self.style.SUCCESS(f"{number:,} places can be found."))
