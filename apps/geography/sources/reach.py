"""How far an exported file reaches that has rows of some countries alone: those of others stay as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import Q

from apps.geography.models import AlternativeName, City, CityName, OfficialName, Subdivision
from apps.imports.tables import Dataset

OF_CITIES = frozenset({City, CityName})
# Cities that come out of countries of which a file has none; with more it is no file of some countries.
MOST_MOVED = 1000


def within(datasets: Sequence[Dataset]) -> list[Dataset]:
    """Return the datasets of a file, each answering for the countries that it has rows of; at most one query.

    A city that comes out of another country brings its own row and names with it, and leaves that country's alone.
    """
    stored = (
        dict(City.objects.order_by().values_list("pk", "country"))
        if any(dataset.table.model in OF_CITIES and dataset.rows for dataset in datasets)
        else {}
    )
    moved = {pk for dataset in datasets if dataset.table.model is City for pk in _moved(dataset, stored)}
    if len(moved) > MOST_MOVED:
        return [*datasets]
    return [_scoped(dataset, _reach(dataset, stored, moved)) for dataset in datasets]


def _moved(dataset: Dataset, stored: Mapping[int, str]) -> set[int]:
    """Return the cities that are stored in a country of which the file has none."""
    countries = _countries(dataset)
    return {row[0] for row in dataset.rows if row[0] in stored and stored[row[0]] not in countries}


def _countries(dataset: Dataset) -> set[str]:
    return {row[1] for row in dataset.rows if isinstance(row[1], str)}


def _reach(dataset: Dataset, stored: Mapping[int, str], moved: set[int]) -> Q | None:
    """Return which stored rows the rows of a file answer for; None where it is all of them."""
    model = dataset.table.model
    if model is City:
        return Q(country__in=_countries(dataset)) | Q(pk__in=moved)
    if model is Subdivision:
        return Q(country__in=_countries(dataset))
    if model is AlternativeName:
        return Q(country__in={row[0] for row in dataset.rows})
    if model is OfficialName:
        return Q(subdivision__country__in={row[0].partition("-")[0] for row in dataset.rows})
    if model is CityName:
        named = {row[0] for row in dataset.rows}
        return Q(city__country__in={stored[pk] for pk in named - moved if pk in stored}) | Q(city__in=named & moved)
    return None


def _scoped(dataset: Dataset, reach: Q | None) -> Dataset:
    if reach is None or not dataset.rows:
        return dataset
    return replace(dataset, table=replace(dataset.table, scope=dataset.table.scope & reach))
