"""Times as text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from apps.geography.models import Country
from apps.geography.models.moments import Moment
from tests.factories import CountryFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (datetime(2022, 3, 31, 13, 18, 2, 379_000, tzinfo=UTC), "2022-03-31T13:18:02.379000Z"),
        (datetime(2022, 3, 31, 13, 18, 2, tzinfo=UTC), "2022-03-31T13:18:02.000000Z"),
        (datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "1999-12-31T23:59:59.999999Z"),
        (datetime(2026, 7, 1, 1, 30, 0, 1, tzinfo=timezone(timedelta(hours=5))), "2026-06-30T20:30:00.000001Z"),
    ],
)
def test_a_time_is_written_in_utc_with_six_decimals(time, text):
    CountryFactory(code="XA")
    countries = Country.objects.filter(pk="XA")
    countries.update(updated_at=time)
    assert countries.annotate(text=Moment("updated_at")).values_list("text", flat=True).get() == text
