"""NUL, halves of characters and bytes that are no UTF-8, wherever a person can type: an answer below 500."""

from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from apps.api_keys.models import ApiKey
from tests.back_office import sent_by
from tests.factories import PlanFactory, TenantFactory

# Escaped, as a browser sends it.
HOSTILE = quote("a\0b\ud800".encode("utf-8", "surrogatepass"))


def pages() -> list[Any]:
    """Return the page of each model, by its label."""
    return [page for _, page in sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)]


def issued() -> ApiKey:
    """Return a key."""
    return ApiKey.objects.issue(TenantFactory(), "sk")[0]


@pytest.fixture
def staff(db: None, django_user_model: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(django_user_model.objects.create_superuser("staff", password="x"))
    return client


def test_every_list_and_address_takes_it(staff: Client) -> None:
    failed = []
    for page in pages():
        name = f"admin:{page.opts.app_label}_{page.opts.model_name}"
        addresses = [f"{reverse(f'{name}_changelist')}?{asked}={HOSTILE}" for asked in ("q", "p", "o")]
        addresses += [reverse(f"{name}_change", args=["XXXX"]).replace("XXXX", HOSTILE)]
        if page.search_fields:
            failed += [
                (name, field.name)
                for other in pages()
                for field in other.opts.fields
                if field.is_relation and field.related_model is page.model and field.name in other.autocomplete_fields
                if staff.get(
                    f"{reverse('admin:autocomplete')}?app_label={other.opts.app_label}"
                    f"&model_name={other.opts.model_name}&field_name={field.name}&term={HOSTILE}"
                ).status_code
                >= 500
            ]
        failed += [address for address in addresses if staff.get(address).status_code >= 500]
    assert failed == []


def test_every_form_takes_it_in_every_field(staff: Client) -> None:
    failed = []
    for page in pages():
        url = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_add")
        shown = staff.get(url)
        if shown.status_code != 200 or "adminform" not in (shown.context or {}):
            continue
        sent = "&".join(f"{name}={HOSTILE}" for name in shown.context["adminform"].form.fields)
        answer = staff.post(url, sent, content_type="application/x-www-form-urlencoded")
        if answer.status_code >= 500:
            failed.append(url)
    assert failed == []


def test_the_log_in_takes_it(db: None) -> None:
    sent = f"username={HOSTILE}&password={HOSTILE}"
    url = reverse("admin:login")
    answer = Client(raise_request_exception=False).post(url, sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500


@pytest.mark.parametrize("text", ["de\x07mo", "de\u202emo"])
@pytest.mark.parametrize(("make", "field"), [(TenantFactory, "name"), (PlanFactory, "name"), (issued, "label")])
def test_what_shows_otherwise_than_it_is_is_refused_by_name_of_the_field(make, field, text, staff):
    row = make()
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    answer = staff.post(url, sent_by(staff.get(url)) | {field: text})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors.keys() == {field}


def test_a_number_beyond_every_row_is_refused_as_any_other_that_there_is_not(staff, admin_user):
    number, switches = "9" * 40, reverse("admin:geography_tenantcountry_changelist")
    assert staff.get(switches, {"tenant": number}).status_code < 500
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": number, "_save": "Save"}
    assert staff.post(switches, rows).status_code < 500
    person = reverse("admin:auth_user_change", args=[admin_user.pk])
    answer = staff.post(person, sent_by(staff.get(person)) | {"groups": [number]})
    assert "groups" in answer.context["adminform"].form.errors
