"""Few of the places of the world, for tests of what goes through all there are, one by one."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from apps.geography.models import City, CityName, OfficialName, SearchName, Subdivision, Unindexed
from apps.geography.models.search import Kind


def leave(*, cities: Collection[str], subdivisions: Collection[str] | None = None) -> None:
    """Delete the cities, and where named the subdivisions, of all countries but these.

    Search forgets them at once: every import would do it anew, in a transaction that a test undoes.
    """
    _delete(CityName.objects.exclude(city__country__in=cities))
    _delete(City.objects.exclude(country__in=cities))
    _delete(SearchName.objects.filter(kind=Kind.CITY).exclude(country__in=cities))
    if subdivisions is not None:
        _delete(OfficialName.objects.exclude(subdivision__country__in=subdivisions))
        _delete(Subdivision.objects.untranslated().order_by().exclude(country__in=subdivisions))
        _delete(SearchName.objects.filter(kind=Kind.SUBDIVISION).exclude(country__in=subdivisions))
    _delete(Unindexed.objects.all())


def _delete(rows: QuerySet[Any]) -> None:
    """Delete rows without reading them first, as `delete` does to see what refers to them."""
    rows._raw_delete(rows.db)
