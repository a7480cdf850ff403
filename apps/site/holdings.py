"""How much there is: counted once for each revision of the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from apps.geography.models import AlternativeName, City, CityName, Country, OfficialName, Subdivision
from apps.geography.sources.pinned import PACKAGES
from apps.imports.models import ImportRun
from apps.revisions import numbers

IMPORTS = ("import_countries", "import_subdivisions", "import_cities")


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is not withdrawn, whoever shows it.

    names: those beside the display names. versions: of the packages that the data came from. imported_at: when an
    import last changed something; None: never.
    """

    countries: int
    subdivisions: int
    cities: int
    names: int
    languages: int
    versions: Mapping[str, str]
    imported_at: datetime | None


_held: dict[int, Holdings] = {}


def now() -> Holdings:
    """Return what there is: one query, and ten more where the data has changed since the last time."""
    # The revision is read first: what is counted may be newer than its number says, never older.
    revision = numbers.current("data")["data"]
    if revision not in _held:
        counted = _count()
        _held.clear()
        _held[revision] = counted
        return counted
    return _held[revision]


def forget() -> None:
    """Count anew the next time."""
    _held.clear()


def _count() -> Holdings:
    versions: dict[str, str] = {}
    for command in IMPORTS:
        run = ImportRun.objects.filter(command=command).defer("report").order_by("-started_at", "-pk").first()
        if run:
            versions |= {package: run.sources[package] for package in PACKAGES if package in run.sources}
    # Those that found nothing new are on record, too.
    runs = ImportRun.objects.filter(command__in=IMPORTS).order_by("-started_at", "-pk")
    writers = (run for run in runs.only("started_at", "counts").iterator() if run.has_written)
    imported_at = next((run.started_at for run in writers), None)
    return Holdings(
        countries=Country.objects.current().count(),
        subdivisions=Subdivision.objects.current().count(),
        cities=City.objects.current().count(),
        names=sum(
            model._default_manager.filter(withdrawn_on=None).count()
            for model in (AlternativeName, OfficialName, CityName)
        ),
        languages=len(settings.LANGUAGES),
        versions=versions,
        imported_at=imported_at,
    )
