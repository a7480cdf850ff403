"""No list of the back office tells more than its filters ask."""

from itertools import product
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Field
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.api_keys.models import ApiKey
from apps.tenants.models import Tenant

QUESTIONS = ("regex", "iregex", "startswith", "contains", "in", "gt", "year", "isnull", "range")


def lists() -> list[Any]:
    """Return every page that has a list, by the label of its model."""
    return [page for _, page in sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)]


def address(page: Any) -> str:
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")


@pytest.fixture
def staff(db: None, django_user_model: Any) -> Client:
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("staff", password="x"))
    return client


@pytest.mark.once
@pytest.mark.parametrize("page", lists(), ids=lambda page: page.opts.label)
def test_a_list_takes_no_look_up_that_it_does_not_show(
    staff: Client, rf: RequestFactory, django_user_model: Any, page: Any
) -> None:
    url, user, refused, answered = address(page), django_user_model.objects.get(), "", []

    def answers(lookup: str) -> bool:
        """Ask where a list refuses, since there are hundreds of look-ups; one of each list goes by its address."""
        request = rf.get(url, {lookup: "1"})
        request.user = user
        try:
            page.get_changelist_instance(request)
        except (DisallowedModelAdminLookup, IncorrectLookupParameters):
            return False
        return True

    fields = [field for field in page.model._meta.get_fields() if isinstance(field, Field)]
    for field in fields:
        # Names in further languages are fields of one kind.
        if field.name.startswith("name_") and field.name not in {"name_en", "name_de"}:
            continue
        lookups = [f"{field.name}__{question}" for question in QUESTIONS if question != "isnull"]
        if field.is_relation:
            lookups += [f"{field.name}__{field.related_model._meta.pk.name}__regex", f"{field.name}__pk__gt"]
            lookups += [f"{field.name}__password__startswith", f"{field.name}__tenant__code__startswith"]
        of_list = f"{page.date_hierarchy}__year"
        answered += [lookup for lookup in lookups if lookup != of_list and answers(lookup)]
        refused = refused or next(lookup for lookup in lookups if lookup != of_list)
    assert answered == []
    assert staff.get(url, {refused: "1"}).status_code in {302, 400}


@pytest.mark.parametrize("page", lists(), ids=lambda page: page.opts.label)
def test_a_list_answers_every_filter_that_it_shows(staff: Client, page: Any) -> None:
    response = staff.get(address(page))
    links = [
        choice["query_string"]
        for each in response.context["cl"].filter_specs
        for choice in list(each.choices(response.context["cl"]))[:4]
        if "query_string" in choice
    ]
    refused = [link for link in links if staff.get(address(page) + link).status_code != 200]
    assert refused == []


@pytest.mark.parametrize("page", lists(), ids=lambda page: page.opts.label)
def test_a_list_of_several_pages_is_searched_and_sorted(
    staff: Client, tenant: Tenant, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one whose rows are forms, with switches."""
    monkeypatch.setattr(page, "list_per_page", 2)
    staff.raise_request_exception = False
    asked = (
        {},
        {"q": "po"},
        {"q": "po", "o": "1"},
        {"q": "po", "p": "2"},
        {"q": "po", "all": ""},
        {"o": "1"},
        {"o": "-1", "p": "2"},
    )
    statuses = {str(given): staff.get(address(page), given).status_code for given in asked}
    # A page that is not there sends to the first.
    assert {each: status for each, status in statuses.items() if status not in {200, 302}} == {}


@pytest.mark.parametrize("page", lists(), ids=lambda page: page.opts.label)
def test_a_nul_is_no_error_wherever_it_is_asked_for(staff: Client, page: Any) -> None:
    """PostgreSQL would not look for it."""
    staff.raise_request_exception = False
    ours = [each.parameter_name for each in page.list_filter if getattr(each, "parameter_name", None)]
    names = [*ours, *(each for each in page.list_filter if isinstance(each, str)), "q", "o", "p", "all", "_to_field"]
    statuses = {name: staff.get(address(page), {name: "a\0b"}).status_code for name in names}
    for method, name in product(("get", "post"), ("change", "delete", "history")):
        # As addresses of the back office have it, "_00" is the NUL.
        for key in ("_00", "0"):
            url = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_{name}", args=[key])
            statuses[f"{method} {url}"] = getattr(staff, method)(url).status_code
    assert {each: status for each, status in statuses.items() if status >= 500} == {}


def test_rows_are_suggested_for_the_fields_of_forms_alone(staff: Client) -> None:
    asked = {"app_label": "tenants", "model_name": "tenant", "field_name": "api_keys", "term": "a"}
    assert staff.get(reverse("admin:autocomplete"), asked).status_code == 403
    for name in ("nothing", "\0"):
        assert staff.get(reverse("admin:autocomplete"), asked | {"field_name": name}).status_code == 403


def test_a_digest_cannot_be_read_letter_by_letter(staff: Client, secret: str) -> None:
    digest = ApiKey.objects.get().digest
    for lookup in ("digest", "digest__startswith", "digest__regex", "tenant__api_keys__digest__startswith"):
        response = staff.get(reverse("admin:api_keys_apikey_changelist"), {lookup: digest[:1]})
        assert response.status_code in {302, 400}, lookup


@pytest.mark.parametrize(
    ("part", "value"),
    [("year", "99999999999999"), ("year", "0"), ("month", "13"), ("day", "0"), ("year", "x"), ("gte", "never"),
     ("gte", "2026-99-99"), ("year", "٢"), ("hour", "1")],
)  # fmt: skip
def test_a_date_that_is_none_is_a_bad_request(staff: Client, part: str, value: str) -> None:
    for name, field in (("auditlog_logentry", "timestamp"), ("imports_importrun", "started_at")):
        response = staff.get(reverse(f"admin:{name}_changelist"), {f"{field}__{part}": value})
        assert response.status_code in {302, 400}


NO_KEYS = ("abc", "a\0b", "9" * 30, "1.5", "")


@pytest.mark.parametrize("page", lists(), ids=lambda page: page.opts.label)
def test_a_tick_that_is_no_key_is_a_bad_request_at_worst(staff: Client, tenant: Tenant, page: Any) -> None:
    staff.raise_request_exception = False
    names = [name for name in page.get_actions(_request(staff)) if name]
    statuses = {
        (name, ticked, index): staff.post(
            address(page), {"action": [name, name], "_selected_action": ticked, "index": index}
        ).status_code
        for name in names[:3]
        for ticked in NO_KEYS
        for index in ("0", "x", "7")
    }
    assert {each: status for each, status in statuses.items() if status >= 500} == {}


@pytest.mark.once
@pytest.mark.parametrize(
    "page", [page for page in lists() if page.autocomplete_fields], ids=lambda page: page.opts.label
)
def test_a_suggested_choice_that_can_be_none_is_told_in_the_form(staff: Client, tenant: Tenant, page: Any) -> None:
    staff.raise_request_exception = False
    root = f"admin:{page.opts.app_label}_{page.opts.model_name}"
    one = page.model._default_manager.order_by("pk").first()
    pages = [reverse(f"{root}_add"), *([reverse(f"{root}_change", args=[one.pk])] if one else [])]
    for url, text in product(pages, NO_KEYS):
        assert staff.post(url, dict.fromkeys(page.autocomplete_fields, text)).status_code < 500, (url, text)


def _request(client: Client) -> Any:
    """Return a request of whom the client is logged in as."""
    return client.get("/admin/").wsgi_request
