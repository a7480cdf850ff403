"""The back office for credentials."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model

from apps.api_keys import credentials
from apps.api_keys.models import ApiKey, CredentialUse, OAuthClient, RequestCount
from apps.revisions import lease
from apps.tenants.models import Tenant
from tests.back_office import sent_by
from tests.factories import TenantFactory

ADD_KEY = reverse("admin:api_keys_apikey_add")
KEYS = reverse("admin:api_keys_apikey_changelist")
CLIENTS = reverse("admin:api_keys_oauthclient_changelist")
SCOPES = ["country.country_read"]


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


def issue(staff: Client, owner: Tenant, **fields: Any) -> Any:
    sent = {"tenant": owner.pk, "kind": "sk", "label": "till", "scopes": SCOPES, **fields}
    return staff.post(ADD_KEY, sent, follow=True)


def page_of(credential: Any, page: str = "change") -> str:
    return reverse(f"admin:api_keys_{credential._meta.model_name}_{page}", args=[credential.pk])


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
    assert secret not in repr(vars(entry))
    key = ApiKey.objects.get(label="till")
    for url in (KEYS, reverse("admin:api_keys_apikey_change", args=[key.pk]), reverse("admin:index")):
        page = staff.get(url).content.decode()
        assert secret not in page
    assert key.last_four in staff.get(KEYS).content.decode()


def test_loading_the_page_of_a_new_secret_again_issues_nothing_and_shows_nothing(staff, tenant):
    response = issue(staff, tenant)
    (page, status), secret = response.redirect_chain[0], secret_of(response)
    assert status == 302
    again = staff.get(page)
    assert again.status_code == 200
    assert secret not in again.content.decode()
    assert "has been shown already" in again.content.decode()
    assert ApiKey.objects.count() == 1


def test_the_page_of_a_rolled_secret_is_of_its_own_too(staff, tenant, secret):
    page = page_of(ApiKey.objects.get(), "roll")
    response = staff.post(page, {"overlap_hours": "1"}, follow=True)
    assert response.redirect_chain
    assert "has been shown already" in staff.get(response.redirect_chain[0][0]).content.decode()
    assert ApiKey.objects.count() == 2


def test_neither_the_session_nor_the_cookie_alone_says_the_secret(staff, tenant):
    response = staff.post(ADD_KEY, {"tenant": tenant.pk, "kind": "sk", "scopes": SCOPES})
    cookie, kept = response.cookies["shown_once"], staff.session["shown_once"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (response["Location"], True, "Strict")
    assert "gaz_" not in repr((kept, cookie.value))
    stranger = Client()
    stranger.cookies["sessionid"] = staff.cookies["sessionid"].value
    assert "has been shown already" in stranger.get(response["Location"]).content.decode()


def test_no_scope_is_ticked_beforehand(staff, tenant):
    for page in (ADD_KEY, reverse("admin:api_keys_oauthclient_add")):
        assert staff.get(page).context["adminform"].form["scopes"].value() == []
    staff.post(ADD_KEY, {"tenant": tenant.pk, "kind": "sk"})
    assert ApiKey.objects.get().scopes == []


@pytest.mark.parametrize("fields", [{"networks": "everywhere"}, {"scopes": ["root"]}, {"kind": "xx"}, {"tenant": 0}])
def test_what_is_wrong_issues_nothing(fields, staff, tenant):
    response = issue(staff, tenant, **fields)
    assert list(response.context["errors"])
    assert not ApiKey.objects.exists()


def test_revoked_keys_stop_working(staff, tenant, secret):
    key = ApiKey.objects.get()
    revoke = {"action": "revoke", "_selected_action": [key.pk]}
    assert str(key) in staff.post(KEYS, revoke).content.decode()
    assert credentials.authenticate(secret)
    staff.post(KEYS, revoke | {"confirmed": "yes"})
    with pytest.raises(credentials.InvalidCredential):
        credentials.authenticate(secret)


def test_a_revocation_is_confirmed_when_it_is_true_in_every_process(staff, tenant, secret, monkeypatch):
    key = ApiKey.objects.get()
    revoked_before_the_wait = []
    monkeypatch.setattr(
        lease, "wait", lambda: revoked_before_the_wait.append(ApiKey.objects.filter(revoked_at__isnull=False).count())
    )
    staff.post(KEYS, {"action": "revoke", "_selected_action": [key.pk], "confirmed": "yes"})
    assert revoked_before_the_wait == [1]


def test_a_client_is_issued_with_id_and_secret_and_revoked(staff, tenant):
    url = reverse("admin:api_keys_oauthclient_add")
    response = staff.post(url, {"tenant": tenant.pk, "name": "till", "scopes": SCOPES}, follow=True)
    shown = dict(response.context["shown"])
    client = OAuthClient.objects.get()
    assert shown["Client id"] == client.client_id
    assert client.accepts(shown["Client secret"])
    assert shown["Client secret"] not in staff.get(CLIENTS).content.decode()
    staff.post(CLIENTS, {"action": "revoke", "_selected_action": [client.pk], "confirmed": "yes"})
    assert not OAuthClient.objects.usable().exists()


def test_what_a_key_may_do_is_edited_and_whose_it_is_stays(staff, tenant, secret):
    key = ApiKey.objects.get()
    url = page_of(key)
    sent = sent_by(staff.get(url)) | {
        "label": "kiosk", "scopes": SCOPES, "networks": "192.0.2.0/24", "requests_per_minute": 7, "kind": "pk",
        "tenant": TenantFactory().pk, "expires_at_0": "2099-01-01", "expires_at_1": "00:00",
    }  # fmt: skip
    response = staff.post(url, sent)
    assert response.status_code == 302, response.context["errors"]
    key.refresh_from_db()
    assert (key.label, key.scopes, key.networks, key.requests_per_minute) == ("kiosk", SCOPES, ["192.0.2.0/24"], 7)
    assert (key.tenant, key.kind, key.expires_at.year) == (tenant, "sk", 2099)
    assert credentials.authenticate(secret).requests_per_minute == 7


def test_no_key_is_given_a_moment_that_has_passed(staff, secret):
    key = ApiKey.objects.get()
    url = page_of(key)
    response = staff.post(url, sent_by(staff.get(url)) | {"expires_at_0": "2020-01-01", "expires_at_1": "00:00"})
    assert response.context["adminform"].form.errors["expires_at"] == ["Give a moment that is still to come."]
    key.refresh_from_db()
    assert key.expires_at is None


def test_a_client_is_edited_and_keeps_its_secret(staff, tenant):
    client, secret = OAuthClient.objects.issue(tenant, "till")
    url = page_of(client)
    assert staff.post(url, sent_by(staff.get(url)) | {"name": "kiosk", "scopes": SCOPES}).status_code == 302
    client.refresh_from_db()
    assert (client.name, client.scopes) == ("kiosk", SCOPES)
    assert client.accepts(secret)


def test_an_old_page_does_not_widen_a_key_again(staff, tenant, secret):
    key = ApiKey.objects.get()
    sent = sent_by(staff.get(page_of(key)))
    ApiKey.objects.update(scopes=[])
    assert "since you opened the page" in staff.post(page_of(key), sent | {"label": "x"}).content.decode()
    key.refresh_from_db()
    assert (key.scopes, key.label) == ([], "")


def test_a_revoked_key_is_not_edited(staff, tenant, secret):
    key = ApiKey.objects.get()
    sent = sent_by(staff.get(page_of(key)))
    ApiKey.objects.revoke()
    assert staff.post(page_of(key), sent | {"label": "x"}).status_code == 403
    assert staff.post(page_of(key, "roll"), {"overlap_hours": "1"}).status_code == 403
    assert ApiKey.objects.get().label == ""


def test_credentials_are_not_deleted(staff, tenant, secret):
    assert staff.post(page_of(ApiKey.objects.get(), "delete"), {"post": "yes"}).status_code == 403
    assert ApiKey.objects.exists()


@pytest.mark.parametrize(("hours", "old_works"), [("24", True), ("0", False)])
def test_a_rolled_key_gives_way_to_a_new_one(hours, old_works, staff, tenant, secret):
    key = ApiKey.objects.get()
    assert staff.get(page_of(key, "roll")).status_code == 200
    assert ApiKey.objects.count() == 1
    response = staff.post(page_of(key, "roll"), {"overlap_hours": hours}, follow=True)
    assert "no-store" in response.headers["Cache-Control"]
    new = secret_of(response)
    assert credentials.authenticate(new).tenant == tenant
    key.refresh_from_db()
    assert (key.expires_at > timezone.now()) == old_works
    assert ApiKey.objects.filter(pk=key.pk).usable().exists() == old_works
    assert new not in repr([vars(entry) for entry in LogEntry.objects.all()])


def test_a_key_that_has_expired_is_not_rolled_into_one_that_never_works(staff, tenant, secret):
    ApiKey.objects.update(expires_at=timezone.now())
    response = staff.post(page_of(ApiKey.objects.get(), "roll"), {"overlap_hours": "1"})
    assert "give it a later end first" in response.content.decode()
    assert ApiKey.objects.count() == 1


def test_a_rolled_client_accepts_both_secrets_for_a_while(staff, tenant):
    client, old = OAuthClient.objects.issue(tenant, "till")
    response = staff.post(page_of(client, "roll"), {"overlap_hours": "1"}, follow=True)
    new = dict(response.context["shown"])["Client secret"]
    client.refresh_from_db()
    assert client.accepts(new)
    assert client.accepts(old)
    assert "Works until" in staff.get(page_of(client)).content.decode()


@pytest.mark.parametrize("hours", ["-1", "", "soon", "nan"])
def test_an_overlap_that_is_no_number_rolls_nothing(hours, staff, tenant, secret):
    response = staff.post(page_of(ApiKey.objects.get(), "roll"), {"overlap_hours": hours})
    assert response.context["form"].errors
    assert ApiKey.objects.count() == 1


def test_the_list_shows_when_each_was_last_used(staff, tenant, secret):
    unused = ApiKey.objects.issue(tenant, "sk")[0]
    used = ApiKey.objects.exclude(pk=unused.pk).get()
    at = timezone.now()
    CredentialUse.objects.create(credential_id=used.key_id, last_used_at=at)
    shown = {key.pk: key.last_used_at for key in staff.get(KEYS).context["cl"].result_list}
    assert shown == {used.pk: at, unused.pk: None}


def test_a_page_of_a_credential_leads_to_no_page_that_there_is_not_and_says_nothing_in_python(staff, tenant):
    client, _secret = OAuthClient.objects.issue(tenant, "till", SCOPES)
    page = staff.get(page_of(client)).content.decode()
    assert "/admin/r/" not in page
    assert ">None<" not in page
    content_type = ContentType.objects.get_for_model(OAuthClient)
    assert staff.get(f"/admin/r/{content_type.pk}/{client.pk}/").status_code == 404


def test_a_key_is_called_alike_in_every_language(staff, tenant, secret):
    key = ApiKey.objects.get()
    for language in ("en", "ar"):
        with translation.override(language):
            assert str(key) == f"{key.key_id} …{key.last_four}"


def test_staff_without_the_permission_cannot_revoke(client, tenant, secret):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client.force_login(viewer)
    key = ApiKey.objects.get()
    client.post(KEYS, {"action": "revoke", "_selected_action": [key.pk], "confirmed": "yes"})
    assert client.post(page_of(key, "roll"), {"overlap_hours": "0"}).status_code == 403
    assert client.get(page_of(key, "roll")).status_code == 403
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
    for model in (get_access_token_model(), get_grant_model(), get_refresh_token_model()):
        assert not admin.site.is_registered(model)


def test_the_call_that_the_page_of_a_new_secret_offers_works(staff, tenant, client):
    response = issue(staff, tenant)
    call = response.context["call"]
    assert f"Bearer {secret_of(response)}" in response.content.decode()
    assert client.get(call["path"], headers=call["headers"]).status_code == 200
    new = {"tenant": tenant.pk, "name": "till", "scopes": SCOPES}
    call = staff.post(reverse("admin:api_keys_oauthclient_add"), new, follow=True).context["call"]
    answer = client.post(call["path"], call["body"], content_type=call["headers"]["Content-Type"])
    assert answer.json()["access_token"]


def test_no_call_is_offered_that_a_browser_could_make_from_its_origins_alone(staff, tenant):
    assert "call" not in issue(staff, tenant, kind="pk", origins="https://shop.example").context


def test_a_key_says_how_much_it_was_asked_by_day(staff, tenant):
    key, _ = ApiKey.objects.issue(tenant, "sk")
    assert "None in the last 30 days" in staff.get(page_of(key)).content.decode()
    now = timezone.now()
    for status, number, days in ((200, 1200, 1), (404, 3, 1), (200, 50, 2), (200, 9, 40)):
        RequestCount.objects.create(
            hour=now - timedelta(days=days), style="data", status=status, credential_id=key.key_id, number=number
        )
    RequestCount.objects.create(hour=now, style="data", status=200, credential_id="another", number=77)
    cells = re.findall(r'<td>(?:<a href="([^"]+)">)?([0-9,]+)<', staff.get(page_of(key)).content.decode())
    assert [number for _, number in cells] == ["1,203", "3", "50", "0"]
    for address, number in cells[:3]:
        listed = staff.get(unescape(address))
        assert listed.context["cl"].total == number
        assert f'href="{page_of(key)}"' in listed.content.decode()


def test_the_list_of_requests_takes_a_dozen_queries_at_most(staff, tenant, django_assert_max_num_queries):
    key, _ = ApiKey.objects.issue(tenant, "sk")
    asked = {"style": "data", "status": 200, "tenant": tenant.code, "credential_id": key.key_id, "number": 5}
    for hours in range(30):
        RequestCount.objects.create(hour=timezone.now() - timedelta(hours=hours), **asked)
    with django_assert_max_num_queries(12):
        staff.get(reverse("admin:api_keys_requestcount_changelist"))
