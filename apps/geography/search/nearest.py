"""Which cities are nearest to a point of the earth."""

from collections.abc import Sequence
from math import asin, cos, degrees, radians, sin, sqrt

from django.db.models import Q

from apps.geography.models import City
from apps.geography.models.search import Kind
from apps.geography.search.found import Found, describe
from apps.geography.search.scope import KINDS, Scope
from apps.tenants.models import Tenant

# Mean radius (IUGG), and the great circle's length of one degree.
EARTH_KM = 6371.0088
DEGREE_KM = radians(1) * EARTH_KM
# How far to look first, in degrees; each further look is twice as far.
FIRST_LOOK = 0.25


def nearest_cities(
    latitude: float,
    longitude: float,
    *,
    tenant: Tenant | None = None,
    languages: Sequence[str],
    limit: int = 1,
) -> list[tuple[Found, float]]:
    """Return the cities nearest to a point, with their great-circle distances in km, the nearest first.

    The nearest city, not the territory: near a border it may be the neighbour's. Some eight queries, by the index of
    latitudes; on an ocean a few more.
    """
    scope = Scope.of(tenant, KINDS)
    # What lies nowhere lies within no degrees.
    cities = City.objects.current().exclude(country__in=sorted(scope.unseen))
    cities = cities.exclude(subdivision__code__in=sorted(scope.hidden)) if scope.hidden else cities
    reach = FIRST_LOOK
    while True:
        rows = cities.filter(_within(latitude, longitude, reach)).order_by().values_list("pk", "latitude", "longitude")
        met = sorted(
            (distance_km(latitude, longitude, float(lat or 0), float(lon or 0)), str(pk)) for pk, lat, lon in rows
        )
        near = [each for each in met if each[0] <= reach * DEGREE_KM][:limit]
        if len(near) == limit or reach >= 180:
            break
        reach = min(reach * 2, 180)
    keys = [(Kind.CITY, pk) for _, pk in near]
    described = describe(keys, tenant, languages)
    return [(described[Kind.CITY, pk], distance) for distance, pk in near]


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the great-circle distance of two points in km."""
    north, other_north = radians(latitude), radians(other_latitude)
    half = sin((other_north - north) / 2) ** 2
    half += cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def _within(latitude: float, longitude: float, reach: float) -> Q:
    """Return the condition that holds for every city within so many degrees of the point, and for some others."""
    band = Q(latitude__gte=latitude - reach, latitude__lte=latitude + reach)
    if abs(latitude) + reach >= 90:
        return band
    # The meridians that a circle of this radius touches.
    width = degrees(asin(min(1.0, sin(radians(reach)) / cos(radians(latitude))))) + 1e-9
    west, east = longitude - width, longitude + width
    between = Q(longitude__gte=west, longitude__lte=east)
    if west < -180:
        between |= Q(longitude__gte=west + 360)
    if east > 180:
        between |= Q(longitude__lte=east - 360)
    return band & between
