"""Commands of packages that know no `-v 0`."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand


class Quiet(BaseCommand):
    """A command that says nothing on standard output with `-v 0`: cron would send it by mail."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run it."""
        if options["verbosity"]:
            return super().execute(*args, **options)
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            return super().execute(*args, **{**options, "stdout": nowhere})
