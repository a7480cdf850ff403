"""When a credential was last used."""

import pytest
from cachetools import TTLCache
from django.db import connection

from apps.api_keys import credentials
from apps.api_keys.models import CredentialUse
from apps.revisions import numbers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(settings, monkeypatch) -> list[float]:
    """The time, which the test moves."""
    settings.LAST_USED_INTERVAL_SECONDS = 60
    now = [0.0]
    monkeypatch.setattr(credentials, "recently_used", TTLCache(100, ttl=60, timer=lambda: now[0]))
    monkeypatch.setattr(credentials, "unwritten_uses", {})
    monkeypatch.setattr(credentials, "monotonic", lambda: now[0])
    monkeypatch.setattr(credentials, "_rests_until", 0.0)
    return now


def test_a_use_is_written_once_a_minute(clock, django_assert_num_queries):
    credentials.note_use("one")
    credentials.write_uses()
    first = CredentialUse.objects.get().last_used_at
    with django_assert_num_queries(0):
        credentials.note_use("one")
        credentials.write_uses()
    clock[0] += 61
    credentials.note_use("one")
    credentials.write_uses()
    assert CredentialUse.objects.get().last_used_at > first


def test_a_use_moves_no_revision():
    before = numbers.current("credentials", "data")
    credentials.note_use("one")
    credentials.write_uses()
    assert numbers.current("credentials", "data") == before


def test_a_use_that_cannot_be_written_fails_nobody_and_is_written_later(clock, caplog):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE api_keys_credentialuse RENAME TO elsewhere")
        credentials.note_use("one")
        credentials.write_uses()
        cursor.execute("ALTER TABLE elsewhere RENAME TO api_keys_credentialuse")
    assert "was not recorded" in caplog.text
    assert "one" not in caplog.text
    assert not credentials.uses_are_due()
    clock[0] += 2
    credentials.write_uses()
    assert CredentialUse.objects.get().credential_id == "one"
    assert not credentials.unwritten_uses
