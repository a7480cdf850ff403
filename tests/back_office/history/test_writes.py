"""Whatever staff write is in the history, or not written."""

from html import unescape
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as DjangosEntry
from django.contrib.contenttypes.models import ContentType

from apps.api_keys.models import ApiKey
from apps.back_office.templatetags import history
from apps.geography.models import City, Country, TenantCountry
from tests.back_office.history.writes import (
    LIST,
    WRITES,
    all_given_back,
    corrected_by_spreadsheet,
    edit_of_a_form,
    hidden,
    revoked,
    switched_by_an_action,
    url,
)


@pytest.mark.once
@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__)
def test_a_write_by_staff_says_who_from_where_and_what_became_what(write, staff):
    row, changes = write(staff)
    kind = ContentType.objects.get_for_model(row)
    entry = LogEntry.objects.get(content_type=kind, object_pk=str(row.pk))
    assert entry.changes == changes
    assert (entry.actor.username, entry.additional_data["user"]) == ("admin", "admin")
    assert entry.remote_addr == "127.0.0.1"
    assert not DjangosEntry.objects.exists()
    text = unescape(staff.get(LIST).content.decode())
    assert all(change in text for change in history.changes(entry))


@pytest.mark.parametrize("write", [edit_of_a_form, switched_by_an_action, hidden], ids=lambda write: write.__name__)
def test_the_history_of_a_row_shows_the_same(write, staff):
    row, _ = write(staff)
    page = staff.get(url(type(row), "history", row.pk)).content.decode()
    entry = LogEntry.objects.get(content_type=ContentType.objects.get_for_model(row), object_pk=str(row.pk))
    assert all(change in page for change in history.changes(entry))
    assert "admin" in page
    assert "127.0.0.1" in page


@pytest.mark.parametrize(
    "write", [edit_of_a_form, hidden, switched_by_an_action, corrected_by_spreadsheet, revoked, all_given_back],
    ids=lambda write: write.__name__,
)  # fmt: skip
def test_what_cannot_be_recorded_is_not_written(write, staff, monkeypatch):
    def states() -> list[Any]:
        return [
            Country.objects.filter(pk="PL").rewrite(False).values("name_fr", "population").get(),
            City.objects.exclude(withdrawn_on=None).count(),
            TenantCountry.objects.filter(active=False).count(),
            ApiKey.objects.exclude(revoked_at=None).count(),
        ]

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    if write is all_given_back:
        Country.objects.filter(pk="PL").rewrite(False).update(name_fr="La Pologne")
    before = states()
    monkeypatch.setattr(LogEntry.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError):
        write(staff)
    assert states() == before
