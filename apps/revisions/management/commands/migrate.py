"""Django's migrate, which knows of our triggers."""

import sys
from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from apps.revisions import triggers


class Command(migrate.Command):
    """`migrate`, whose `--plan` lists and whose `--check` refuses what it would do to triggers."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; where that is only asked for, say what would happen to triggers after it."""
        super().handle(*args, **options)
        if options["plan"] or options["check_unapplied"]:
            repairs = list(triggers.repairs(connections[options["database"]]))
            for repair in repairs if options["verbosity"] else ():
                self.stdout.write(f"  {repair}")
            if repairs and options["check_unapplied"]:
                sys.exit(1)
