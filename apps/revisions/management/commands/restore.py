"""Put a copy of the database back."""

import signal
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps import PROGRAM
from apps.revisions import copies
from apps.revisions.copies import FILE


class Command(BaseCommand):
    """`restore`."""

    help = (
        "Make the database what it was when `backup` wrote the file, then migrate it. Everything since is lost: also "
        "that keys were revoked. No answer, entity tag or version of before is taken for current afterwards."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what is put back, and that it is meant."""
        parser.add_argument("file", type=Path, help="What `backup` has written.")
        parser.add_argument("--force", action="store_true", help="Also where the database holds something.")

    def handle(self, *, file: Path, force: bool, verbosity: int, **options: Any) -> None:
        """Put it back and say what is left to do."""
        if not file.is_file():
            raise CommandError(f"There is no file {file}.", returncode=FILE)
        given_out = copies.highest_revision()
        if given_out and not force:
            raise CommandError("The database holds something, which would be lost; --force replaces it.")
        with self._not_stopped_halfway():
            try:
                copies.put_back(file.absolute())
            except copies.CopyFailed as error:
                raise CommandError(f"Nothing was changed. {error}") from error
            call_command("migrate", verbosity=0, interactive=False)
            copies.move_on(given_out)
        if not verbosity:
            return
        self.stdout.write(f"Restored {file}.")
        self.stderr.write(f"Revoke again the keys that were revoked since, then run {PROGRAM} warm if you use it.")

    @contextmanager
    def _not_stopped_halfway(self) -> Iterator[None]:
        """Finish whatever asks to stop: rows of then with numbers of then would be taken for what is stored since."""

        def wait(number: int, frame: object) -> None:
            self.stderr.write("It is being put back, which has to be finished; wait.")

        former = {number: signal.signal(number, wait) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
