"""The record of what callers changed through the API, as staff read it."""

import json

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.urls import reverse

from apps.tenants.models import Tenant

LIST = reverse("admin:auditlog_logentry_changelist")


@pytest.fixture
def entry(tenant: Tenant, secret: str) -> LogEntry:
    """What a caller leaves behind that switches Poland off."""
    body = json.dumps({"active": False, "metadata": {"version": 1}})
    response = Client().patch(
        "/country/acme/countries/PL",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "X-Version": "v2"},
    )
    assert response.status_code == 204, response.content
    return LogEntry.objects.get()


def test_staff_read_who_changed_what(admin_client, entry, secret):
    page = admin_client.get(LIST).content.decode()
    assert entry.additional_data["credential"] in page
    assert "of acme" in page
    assert "Active: Yes → No" in page
    assert secret not in page
    assert admin_client.get(reverse("admin:auditlog_logentry_change", args=[entry.pk])).status_code == 200


@pytest.mark.parametrize(("term", "found"), [("acme", 1), ("globex", 0)])
def test_entries_are_found_by_tenant(term, found, admin_client, entry):
    assert len(admin_client.get(LIST, {"q": term}).context["cl"].result_list) == found


def test_nobody_writes_the_record(admin_client, entry):
    url = reverse("admin:auditlog_logentry_change", args=[entry.pk])
    assert admin_client.post(url, {"object_repr": "x"}).status_code == 403
    assert admin_client.get(reverse("admin:auditlog_logentry_add")).status_code == 403
    assert (
        admin_client.post(reverse("admin:auditlog_logentry_delete", args=[entry.pk]), {"post": "y"}).status_code == 403
    )


def test_the_list_loads_in_a_handful_of_queries(admin_client, entry, django_assert_max_num_queries):
    # Session, user, the count, the rows with their kinds, the range of dates, the kinds of the filter.
    with django_assert_max_num_queries(9):
        admin_client.get(LIST)
