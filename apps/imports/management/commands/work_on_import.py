"""Do the next step of an import that staff started; the back office runs this by itself."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.imports import jobs
from apps.imports.models import ImportJob


class Command(BaseCommand):
    """`work_on_import`."""

    help = "Do the next step of an import that staff started in the back office."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the job."""
        parser.add_argument("job", type=int)

    def handle(self, *, job: int, **options: Any) -> None:
        """Work; how it ended is stored with the job."""
        found = ImportJob.objects.running().filter(pk=job).first()
        if found is None:
            raise CommandError(f"There is no import {job} to work on.")
        jobs.work(found)
