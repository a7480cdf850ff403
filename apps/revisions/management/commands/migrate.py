"""Django's migrate, one at a time, which knows of our triggers."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.core.management.commands import migrate
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.revisions import migrated, triggers

# "gazm" in ASCII; advisory locks are numbers, and each database has its own.
ADVISORY_LOCK = 0x67617A6D


class Command(migrate.Command):
    """`migrate`, whose `--plan` lists and whose `--check` refuses what it would do to triggers."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; where that is only asked for, say what would happen to triggers after it."""
        connection = connections[options["database"]]
        is_asked = options["plan"] or options["check_unapplied"]
        if is_asked:
            super().handle(*args, **options)
        else:
            alone = self._alone if connection.vendor == "postgresql" else self._alone_with_file
            with alone(connection, options["verbosity"]):
                super().handle(*args, **options)
        later = migrated.from_later(connection)
        if later and options["verbosity"]:
            said = "A later version of Gazetteer has migrated this database, so its triggers are left as they are"
            self.stderr.write(f"{said}: {', '.join(later)}.")
        if is_asked:
            repairs = [] if later else list(triggers.repairs(connection))
            for repair in repairs if options["verbosity"] else ():
                self.stdout.write(f"  {repair}")
            if repairs and options["check_unapplied"]:
                sys.exit(1)

    @contextmanager
    def _alone(self, connection: BaseDatabaseWrapper, verbosity: int) -> Iterator[None]:
        """Wait for whoever migrates on another machine: of two at once, one would fail in the middle."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
            if not cursor.fetchone()[0]:
                self._say_that_it_waits(verbosity)
                cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            yield
        finally:
            # With the session the lock is gone as well.
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])

    @contextmanager
    def _alone_with_file(self, connection: BaseDatabaseWrapper, verbosity: int) -> Iterator[None]:
        """Wait as well where the database is a file, by one beside it: with a process its lock is gone."""
        with Path(f"{connection.settings_dict['NAME']}.migrating.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._say_that_it_waits(verbosity)
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _say_that_it_waits(self, verbosity: int) -> None:
        if verbosity:
            self.stderr.write("Another migrate is at work; waiting for it.")
