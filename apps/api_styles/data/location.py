"""Where a caller seems to be, by a local GeoIP database in MaxMind's format."""

import logging
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

import maxminddb
from django.conf import settings

logger = logging.getLogger("gazetteer.api")


@dataclass(frozen=True, slots=True)
class Location:
    """An alpha-2 code, and codes of subdivisions where the database knows them."""

    country: str
    subdivisions: frozenset[str]


def locate(address: str) -> Location | None:
    """Return where an IP address is; None where no database is configured or it does not know."""
    reader = _reader(settings.GEOIP_PATH)
    if reader is None:
        return None
    try:
        record: Any = reader.get(ip_address(address))
    except (ValueError, maxminddb.InvalidDatabaseError):
        return None
    country = (record or {}).get("country", {}).get("iso_code")
    if country is None:
        return None
    parts = record.get("subdivisions", [])
    return Location(country, frozenset(f"{country}-{part['iso_code']}" for part in parts if "iso_code" in part))


@lru_cache(maxsize=4)
def _reader(path: str) -> maxminddb.Reader | None:
    """Return the database at `path`, opened once a process; a newer file needs a restart."""
    if not path:
        return None
    try:
        return maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        logger.error("The GeoIP database does not open: %s", error)
        return None
