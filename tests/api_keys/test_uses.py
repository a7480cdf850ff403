"""When a credential was last used."""

import pytest
from django.db import connection

from apps.api_keys import uses
from apps.api_keys.models import CredentialUse
from apps.revisions import numbers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _recording(settings, monkeypatch):
    settings.LAST_USED_INTERVAL_SECONDS = 60
    monkeypatch.setattr(uses, "_written_at", {})


def test_a_use_is_written_once_a_minute(django_assert_num_queries):
    uses.note("one")
    uses.write()
    first = CredentialUse.objects.get().last_used_at
    with django_assert_num_queries(0):
        uses.note("one")
        uses.write()
    uses._written_at["one"] -= 61
    uses.note("one")
    uses.write()
    assert CredentialUse.objects.get().last_used_at > first


def test_a_use_moves_no_revision():
    before = numbers.current("credentials", "data")
    uses.note("one")
    uses.write()
    assert numbers.current("credentials", "data") == before


def test_a_use_that_cannot_be_written_fails_nobody(caplog):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE api_keys_credentialuse RENAME TO elsewhere")
    uses.note("one")
    uses.write()
    assert "was not recorded" in caplog.text
    assert "one" not in caplog.text
