"""Print what the installation is made of."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from apps.operations.materials import bill


class Command(BaseCommand):
    """`bill_of_materials`."""

    help = (
        "Print a bill of materials (CycloneDX 1.6, JSON): the packages that are installed here, Gazetteer and the data "
        "that it comes with, with versions and licences. Run it in the environment that serves."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(json.dumps(bill(), indent=1, ensure_ascii=False))
