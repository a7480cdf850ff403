"""The standard times of IANA's time zones."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=512)
def standard_offset(zone: str) -> timedelta:
    """Return how far the standard time of a zone is from UTC this year."""
    return _standard(zone).utcoffset() or timedelta()


@lru_cache(maxsize=512)
def abbreviation(zone: str) -> str:
    """Return the short name of a zone's standard time: "CET", or "+04" where it has none."""
    return _standard(zone).tzname() or ""


def utc(offset: timedelta) -> str:
    """Return an offset in words: "UTC+01:00"; "UTC" where there is none."""
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}" if minutes else "UTC"


def _standard(zone: str) -> datetime:
    """Return a moment of this year at which the clocks of a zone are not put forward."""
    year = datetime.now(UTC).year
    moments = (datetime(year, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7))
    return min(moments, key=lambda moment: moment.utcoffset() or timedelta())
