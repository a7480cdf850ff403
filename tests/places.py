"""Few of the places of the world, for tests of what goes through all there are, one by one."""

from collections.abc import Collection

from apps.geography.models import City, Subdivision
from apps.geography.search import index


def leave(*, cities: Collection[str], subdivisions: Collection[str] | None = None) -> None:
    """Delete the cities, and where named the subdivisions, of all countries but these.

    Search forgets them at once: every import would do it anew, in a transaction that a test undoes.
    """
    City.objects.exclude(country__in=cities).delete()
    if subdivisions is not None:
        Subdivision.objects.exclude(country__in=subdivisions).delete()
    index.refresh()
