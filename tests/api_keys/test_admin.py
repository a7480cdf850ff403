"""The back office for credentials."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from oauth2_provider.models import get_access_token_model

from apps.api_keys import credentials
from apps.api_keys.models import ApiKey, OAuthClient
from apps.tenants.models import Tenant

ADD_KEY = reverse("admin:api_keys_apikey_add")
KEYS = reverse("admin:api_keys_apikey_changelist")
CLIENTS = reverse("admin:api_keys_oauthclient_changelist")
SCOPES = ["country.country_read"]


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


def issue(staff: Client, owner: Tenant, **fields: Any) -> Any:
    return staff.post(ADD_KEY, {"tenant": owner.pk, "kind": "sk", "label": "till", "scopes": SCOPES, **fields})


def secret_of(response: Any) -> str:
    return dict(response.context["shown"])["Secret"]


def test_an_issued_key_works_with_the_scopes_given(staff, tenant):
    response = issue(staff, tenant, networks="192.0.2.0/24 2001:db8::/32")
    key = ApiKey.objects.get(label="till")
    assert (key.tenant, key.kind, key.scopes) == (tenant, "sk", SCOPES)
    assert key.networks == ["192.0.2.0/24", "2001:db8::/32"]
    assert secret_of(response).endswith(key.last_four)
    assert credentials.authenticate(secret_of(response)).scopes == frozenset(SCOPES)


def test_a_secret_is_shown_once_on_a_page_that_nothing_stores(staff, tenant):
    response = issue(staff, tenant)
    secret = secret_of(response)
    assert response.status_code == 200
    assert secret in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert not list(get_messages(response.wsgi_request))
    assert not any(secret in str(cookie.value) for cookie in staff.cookies.values())
    assert not any(secret in str(value) for value in staff.session.values())
    entry = LogEntry.objects.latest("pk")
    assert secret not in entry.object_repr + entry.change_message
    key = ApiKey.objects.get(label="till")
    for url in (KEYS, reverse("admin:api_keys_apikey_change", args=[key.pk]), reverse("admin:index")):
        page = staff.get(url).content.decode()
        assert secret not in page
    assert key.last_four in staff.get(KEYS).content.decode()


@pytest.mark.parametrize("fields", [{"networks": "everywhere"}, {"scopes": ["root"]}, {"kind": "xx"}, {"tenant": 0}])
def test_what_is_wrong_issues_nothing(fields, staff, tenant):
    response = issue(staff, tenant, **fields)
    assert list(response.context["errors"])
    assert not ApiKey.objects.exists()


def test_revoked_keys_stop_working(staff, tenant, secret):
    key = ApiKey.objects.get()
    staff.post(KEYS, {"action": "revoke", "_selected_action": [key.pk]})
    with pytest.raises(credentials.InvalidCredential):
        credentials.authenticate(secret)


def test_a_client_is_issued_with_id_and_secret_and_revoked(staff, tenant):
    url = reverse("admin:api_keys_oauthclient_add")
    response = staff.post(url, {"tenant": tenant.pk, "name": "till", "scopes": SCOPES})
    shown = dict(response.context["shown"])
    client = OAuthClient.objects.get()
    assert shown["Client id"] == client.client_id
    assert client.accepts(shown["Client secret"])
    assert shown["Client secret"] not in staff.get(CLIENTS).content.decode()
    staff.post(CLIENTS, {"action": "revoke", "_selected_action": [client.pk]})
    assert not OAuthClient.objects.usable().exists()


@pytest.mark.parametrize("action", ["change", "delete"])
def test_credentials_are_neither_edited_nor_deleted(action, staff, tenant, secret):
    url = reverse(f"admin:api_keys_apikey_{action}", args=[ApiKey.objects.get().pk])
    assert staff.post(url, {"post": "yes", "label": "other"}).status_code == 403
    assert not ApiKey.objects.filter(label="other").exists()


def test_staff_without_the_permission_cannot_revoke(client, tenant, secret):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client.force_login(viewer)
    client.post(KEYS, {"action": "revoke", "_selected_action": [ApiKey.objects.get().pk]})
    assert credentials.authenticate(secret)


@pytest.mark.parametrize("url", [KEYS, CLIENTS])
def test_lists_load_in_a_handful_of_queries(url, staff, tenant, django_assert_max_num_queries):
    for n in range(5):
        ApiKey.objects.issue(tenant, "sk", label=str(n))
        OAuthClient.objects.issue(tenant, str(n))
    # Session, user, two counts, the rows with their tenants, the tenants of the filter.
    with django_assert_max_num_queries(7):
        assert staff.get(url).status_code == 200


def test_the_list_tells_keys_that_work_from_those_that_do_not(staff, tenant, secret):
    ApiKey.objects.revoke()
    working = ApiKey.objects.issue(tenant, "sk")[0]
    for value, keys in {"yes": [working.pk], "no": [ApiKey.objects.exclude(pk=working.pk).get().pk]}.items():
        assert [key.pk for key in staff.get(KEYS, {"works": value}).context["cl"].result_list] == keys


def test_tokens_are_not_in_the_back_office():
    assert not admin.site.is_registered(get_access_token_model())
