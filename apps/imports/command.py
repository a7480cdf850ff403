"""What all import commands share: their options, and how they report."""

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from apps.imports import exchange
from apps.imports.lock import ImportRunning
from apps.imports.report import Report
from apps.imports.run import NAMED, Refused, run
from apps.imports.source import BadSource, checksums
from apps.imports.tables import Dataset, Table


class ImportCommand(BaseCommand):
    """A command that imports the datasets that `datasets` returns into `tables`, or what was exported from them."""

    tables: ClassVar[Sequence[Table]]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options; a subclass adds those of its sources."""
        parser.add_argument("--dry-run", action="store_true", help="Report what would change; write nothing.")
        parser.add_argument("--report", type=Path, help="Write the whole report to this file as JSON.")
        parser.add_argument("--from", dest="exported", type=Path, help="Import what an export command wrote.")
        parser.add_argument("--started-by", default="", help="User name for the record of imports.")
        parser.add_argument("--force", action="store_true", help="Import even if the source looks empty or cut short.")

    def datasets(self, options: dict[str, Any]) -> Sequence[Dataset]:
        """Return what to import, in the order in which it refers to one another."""
        raise NotImplementedError

    def sources(self) -> dict[str, str]:
        """Return the versions of what the data comes from besides files of staff's, for the record."""
        return {}

    def files(self, options: dict[str, Any]) -> Sequence[Path]:
        """Return the files of staff's that the options name, whose checksums the record keeps."""
        return ()

    def _datasets(self, options: dict[str, Any]) -> Sequence[Dataset]:
        exported: Path | None = options["exported"]
        return exchange.read(exported, self.tables) if exported else self.datasets(options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        holder = type(self).__module__.rpartition(".")[2]
        try:
            report = run(
                self._datasets(options),
                holder=holder,
                dry_run=options["dry_run"],
                force=options["force"],
                started_by=options["started_by"],
                sources=self.sources() | checksums([*self.files(options), *_files(options["exported"])]),
            )
            if options["report"]:
                report.write(options["report"])
        except (BadSource, ImportRunning, Refused) as error:
            raise CommandError(str(error)) from error
        except (OSError, DatabaseError) as error:
            raise CommandError(f"{holder} failed: {error}") from error
        lines = report.details() if options["verbosity"] > 1 else []
        if options["verbosity"]:
            for line in [*lines, *report.summary()]:
                self.stdout.write(f"{'would be: ' if report.dry_run else ''}{line}")
        if options["verbosity"] == 1:
            self._name(report)

    def _name(self, report: Report) -> None:
        """Tell which pieces of the source were left out, since nobody would miss them otherwise."""
        rejected = [each for table in report.tables for each in table.rejected]
        for each in rejected[:NAMED]:
            self.stderr.write(f"rejected: {each}")
        if len(rejected) > NAMED:
            self.stderr.write(f"rejected: {len(rejected) - NAMED:,} more, which --report and -v 2 name")


def _files(exported: Path | None) -> Iterable[Path]:
    """Return the files that were exported to a path: itself, or those in the folder."""
    if exported is None:
        return ()
    return sorted(exported.glob("*.csv")) if exported.is_dir() else [exported]


class ExportCommand(BaseCommand):
    """A command that writes `tables` for the import command of the same data, which reads them with `--from`."""

    tables: ClassVar[Sequence[Table]]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("path", type=Path, help="File of JSON Lines to write; with --csv the folder.")
        parser.add_argument("--csv", action="store_true", help="Write a folder with a CSV file for each table.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, or the files."""
        path: Path = options["path"]
        try:
            if options["csv"]:
                path.mkdir(parents=True, exist_ok=True)
                for name, lines in exchange.csv_files(self.tables).items():
                    _write(path / name, lines)
            else:
                _write(path, (f"{line}\n" for line in exchange.lines(self.tables)))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
