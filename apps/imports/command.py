"""What all import and export commands share: their options, and how they report."""

import os
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model

from apps import PROGRAM
from apps.imports.files import exchange
from apps.imports.files.source import BadSource, checksums
from apps.imports.lock import ImportRunning
from apps.imports.progress import bar, quiet
from apps.imports.report import Report
from apps.imports.run import NAMED, NotReady, Refused, run
from apps.imports.tables import Dataset, Table
from apps.revisions.file_errors import naming

# The exit status of what cannot be read or written, and the path that is standard output.
FILE = 30
STREAM = "-"
EXPORTED = "Import what an export command wrote: JSON Lines, a CSV or XLSX file, or a folder or ZIP archive of CSV."


class ImportCommand(BaseCommand):
    """A command that imports the datasets that `datasets` returns into `tables`, or what was exported from them.

    belong_to: tables without whose rows there is nothing to import, each with the command that fills it.
    """

    tables: ClassVar[Sequence[Table]]
    belong_to: ClassVar[Sequence[tuple[type[Model], str]]] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options; a subclass adds those of its sources."""
        parser.add_argument("--dry-run", action="store_true", help="Report what would change; write nothing.")
        parser.add_argument("--report", type=Path, help="Write the whole report to this file as JSON.")
        parser.add_argument("--from", dest="exported", type=Path, help=EXPORTED)
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

    def versions(self, options: dict[str, Any]) -> dict[str, str]:
        """Return the versions of all sources, and the checksum of each file."""
        return self.sources() | checksums([*self.files(options), *_files(options["exported"])])

    def check_ready(self) -> None:
        """Raise NotReady where there is nothing yet that the rows could belong to; a query for each table."""
        missing = [
            (str(model._meta.verbose_name_plural), command)
            for model, command in self.belong_to
            if not model._default_manager.exists()
        ]
        if missing:
            tables = " and no ".join(table for table, _ in missing)
            commands = ", then ".join(f"{PROGRAM} {command}" for _, command in missing)
            raise NotReady(f"There are no {tables} yet, to which these rows belong. Run first: {commands}.")

    def chosen_datasets(self, options: dict[str, Any]) -> Sequence[Dataset]:
        """Return what to import, from what was exported where the options name that."""
        exported: Path | None = options["exported"]
        if not exported:
            return self.datasets(options)
        return self.within_reach(exchange.datasets_in(exported, self.tables, forced=options["force"]))

    def within_reach(self, datasets: Sequence[Dataset]) -> Sequence[Dataset]:
        """Return what was exported with the rows that it answers for: all, unless a subclass knows better."""
        return datasets

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        path: Path | None = options["report"]
        if path:
            _check_folder(path)
        try:
            with quiet(options["verbosity"] == 0):
                report = self._run(options)
        except (BadSource, ImportRunning, Refused) as error:
            if path:
                refused = getattr(error, "report", None) or Report(options["dry_run"], tool=self._name_of_tool())
                replace(refused, refused=str(error)).write(path)
            raise CommandError(str(error), returncode=error.exit_status) from error
        if path:
            report.write(path)
        lines = report.details() if options["verbosity"] > 1 else []
        if options["verbosity"]:
            for line in [*lines, *report.summary()]:
                self.stdout.write(f"{'would be: ' if report.dry_run else ''}{line}")
        if options["verbosity"] == 1:
            self._name(report)

    def _run(self, options: dict[str, Any]) -> Report:
        self.check_ready()
        return run(
            self.chosen_datasets(options),
            holder=self._name_of_tool(),
            dry_run=options["dry_run"],
            force=options["force"],
            started_by=options["started_by"],
            sources=self.versions(options),
        )

    def _name_of_tool(self) -> str:
        return type(self).__module__.rpartition(".")[2]

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


def _check_folder(path: Path) -> None:
    """Raise CommandError where a file could not be written, before the work rather than after it."""
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(path if path.exists() else folder, os.W_OK):
        what = "a folder" if path.is_dir() else "in a folder that is not there, or that you may not write to"
        raise CommandError(f"{path} is {what}. Name another file.", returncode=FILE)


class ExportCommand(BaseCommand):
    """A command that writes `tables` for the import command of the same data, which reads them with `--from`."""

    tables: ClassVar[Sequence[Table]]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument(
            "path", type=Path, help="File of JSON Lines to write, - for standard output; with --csv the folder."
        )
        parser.add_argument("--csv", action="store_true", help="Write a folder with a CSV file for each table.")
        parser.add_argument("--force", action="store_true", help="Replace what is there.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, or the files, and say how many rows they have."""
        path: Path = options["path"]
        is_stream = str(path) == STREAM
        with quiet(options["verbosity"] == 0):
            if options["csv"]:
                if is_stream:
                    raise CommandError("--csv writes a file for each table, so it takes a folder and not -.")
                counts = self._write_folder(path, options["force"])
            else:
                counts = Counter({table.label: 0 for table in self.tables})
                lines = self._lines(counts)
                if is_stream:
                    with naming("Standard output"):
                        for line in lines:
                            self.stdout.write(line, ending="")
                else:
                    _check_free([path], options["force"])
                    _check_folder(path)
                    _write(path, lines)
        if options["verbosity"]:
            # Standard output may be the export itself.
            said = self.stderr if is_stream else self.stdout
            said.style_func = None
            said.write(", ".join(f"{count:,} {label}" for label, count in counts.items()))

    def _lines(self, counts: Counter[str]) -> Iterator[str]:
        for table in self.tables:
            for line in bar(exchange.lines([table]), table.label):
                counts[table.label] += 1
                yield f"{line}\n"

    def _write_folder(self, folder: Path, force: bool) -> Counter[str]:
        files = exchange.csv_files(self.tables)
        _check_free([folder / name for name in files], force)
        folder.mkdir(parents=True, exist_ok=True)
        # The first line is the header.
        return Counter(
            {
                table.label: _write(folder / name, bar(lines, table.label)) - 1
                for table, (name, lines) in zip(self.tables, files.items(), strict=True)
            }
        )


def _check_free(paths: Iterable[Path], force: bool) -> None:
    for path in paths:
        if path.exists() and not force:
            raise CommandError(f"{path} is there already. Name another, or replace it with --force.", returncode=FILE)


def _write(path: Path, lines: Iterable[str]) -> int:
    """Write a file, whole or not at all, and return how many lines it has."""
    count = 0
    if path.exists() and not path.is_file():
        # A device or a pipe is written to as it is.
        return _write_lines(path, lines)
    # Of two commands that write the same file each writes its own, and the last one stays.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        count = _write_lines(unfinished, lines)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _write_lines(path: Path, lines: Iterable[str]) -> int:
    count = 0
    with naming(path), path.open("w", encoding="utf-8", newline="") as file:
        for count, line in enumerate(lines, 1):  # noqa: B007
            file.write(line)
    return count
