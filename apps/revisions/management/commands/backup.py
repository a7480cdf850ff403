"""Copy the database to a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from apps import PROGRAM
from apps.revisions import copies
from apps.revisions.copies import FILE
from apps.revisions.movers import REVISIONS

# As `operations.failures` has it.
NOT_MIGRATED = 23


class Command(BaseCommand):
    """`backup`."""

    help = (
        "Copy the whole database, as of one moment, to a file that its owner alone can read, while the service runs. "
        "Peppers and SECRET_KEY are not in it: keep them apart from it."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where it goes."""
        parser.add_argument("file", type=Path, help="Where it goes: an SQLite file, or PostgreSQL's custom format.")
        parser.add_argument("--force", action="store_true", help="Replace a file that is there.")

    def handle(self, *, file: Path, force: bool, verbosity: int, **options: Any) -> None:
        """Copy it and say so."""
        if file.exists() and not force:
            raise CommandError(f"{file} is there already; --force replaces it.", returncode=FILE)
        if not file.absolute().parent.is_dir():
            raise CommandError(f"There is no folder {file.absolute().parent}; make it first.", returncode=FILE)
        # What is wrong with it is said as by any other command.
        with connection.cursor() as cursor:
            if REVISIONS not in connection.introspection.table_names(cursor):
                # As where DATABASE_URL is misspelt: every night a back-up of nothing, and nobody would know.
                said = f"The database holds nothing of ours. Let DATABASE_URL name another, or run {PROGRAM} migrate."
                raise CommandError(said, returncode=NOT_MIGRATED)
        try:
            copies.save(file.absolute())
        except copies.CopyFailed as error:
            raise CommandError(f"Nothing was written. {error}", returncode=error.exit_status) from error
        if verbosity:
            self.stdout.write(f"Wrote {file} ({file.stat().st_size:,} bytes).")
