"""OAuth2 client credentials."""

import hashlib
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.api_keys import secrets
from apps.api_keys.credentials import InvalidCredential, authenticate
from apps.api_keys.models import OAuthClient
from apps.api_keys.oauth import InvalidClient, IssuedToken, issue_token
from apps.api_keys.scopes import COUNTRY_MANAGE, COUNTRY_READ, REGION_READ
from apps.tenants.models import Tenant
from tests.factories import TenantFactory


@pytest.fixture
def client_and_secret(tenant: Tenant) -> tuple[OAuthClient, str]:
    return OAuthClient.objects.issue(tenant, "shop", [COUNTRY_READ, COUNTRY_MANAGE])


@pytest.fixture
def oauth_client(client_and_secret: tuple[OAuthClient, str]) -> OAuthClient:
    return client_and_secret[0]


@pytest.fixture
def token(client_and_secret: tuple[OAuthClient, str]) -> IssuedToken:
    client, secret = client_and_secret
    return issue_token(client.client_id, secret)


def is_refused(secret: str) -> bool:
    try:
        authenticate(secret)
    except InvalidCredential:
        return True
    return False


def test_a_client_gets_a_token_of_its_tenant_with_its_scopes_for_an_hour(tenant, oauth_client, token):
    assert token.scopes == [COUNTRY_READ, COUNTRY_MANAGE]
    assert token.expires_in == 3600
    assert token.tenant_code == tenant.code
    caller = authenticate(token.access_token)
    assert (caller.tenant, caller.kind, caller.scopes) == (tenant, "at", {COUNTRY_READ, COUNTRY_MANAGE})


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ([COUNTRY_READ], [COUNTRY_READ]),
        ([REGION_READ, COUNTRY_READ, "everything", COUNTRY_READ], [COUNTRY_READ]),
        ([REGION_READ], []),
        (["tenant=1"], []),
        ([], [COUNTRY_READ, COUNTRY_MANAGE]),
    ],
    ids=["fewer", "those-not-held-are-dropped", "none-held", "a-tenant-is-no-scope", "none-asked"],
)
def test_a_token_is_never_wider_than_its_client(client_and_secret, asked, granted):
    client, secret = client_and_secret
    token = issue_token(client.client_id, secret, asked)
    assert token.scopes == granted
    assert authenticate(token.access_token).scopes == set(granted)


def test_a_scope_taken_from_the_client_is_taken_from_its_tokens(oauth_client, token):
    authenticate(token.access_token)
    OAuthClient.objects.filter(pk=oauth_client.pk).update(scopes=[COUNTRY_READ])
    assert authenticate(token.access_token).scopes == {COUNTRY_READ}


@pytest.mark.parametrize("wrong", ["secret", "malformed-secret", "id", "nul", "cyrillic", "key"])
def test_a_wrong_client_gets_nothing(client_and_secret, secret, wrong):
    client, client_secret = client_and_secret
    client_id = {"id": "unknown", "nul": "a\0b", "cyrillic": "магазин"}.get(wrong, client.client_id)
    offered = {"secret": secrets.generate("cs").text, "malformed-secret": "x", "key": secret}.get(wrong, client_secret)
    with pytest.raises(InvalidClient):
        issue_token(client_id, offered)
    assert not AccessToken.objects.exists()


def test_an_unknown_client_takes_the_same_queries_as_a_wrong_secret(oauth_client, django_assert_num_queries):
    for client_id in [oauth_client.client_id, "unknown"]:
        with django_assert_num_queries(1), pytest.raises(InvalidClient):
            issue_token(client_id, secrets.generate("cs").text)


def test_nothing_stored_is_usable(client_and_secret, token):
    stored = AccessToken.objects.get()
    client = OAuthClient.objects.get()
    values = [str(value) for row in (stored, client) for value in vars(row).values()]
    assert not any(known in value for value in values for known in (token.access_token, client_and_secret[1]))
    assert stored.token_checksum != hashlib.sha256(token.access_token.encode()).hexdigest()


def test_a_row_written_without_the_pepper_opens_nothing(oauth_client):
    forged = secrets.generate("at").text
    AccessToken.objects.create(
        application=oauth_client,
        token=forged,
        scope=f"{COUNTRY_MANAGE} tenant={oauth_client.tenant_id}",
        expires=timezone.now() + timedelta(hours=1),
    )
    assert is_refused(forged)


@pytest.mark.parametrize("encode", [make_password, lambda secret: secret, lambda secret: "gaz_hmac$x$y"])
@pytest.mark.parametrize("column", ["client_secret", "previous_secret"])
def test_a_client_secret_written_without_the_pepper_opens_nothing(oauth_client, column, encode):
    forged = secrets.generate("cs").text
    later = timezone.now() + timedelta(hours=1)
    OAuthClient.objects.update(**{column: encode(forged), "previous_secret_expires_at": later})
    with pytest.raises(InvalidClient):
        issue_token(oauth_client.client_id, forged)


@pytest.mark.parametrize("death", ["disable", "delete", "revoke", "move", "tenant", "token"])
def test_a_token_dies_at_once_with(death, tenant, oauth_client, token):
    authenticate(token.access_token)
    match death:
        case "disable":
            oauth_client.is_enabled = False
            oauth_client.save()
        case "delete":
            oauth_client.delete()
        case "revoke":
            OAuthClient.objects.filter(pk=oauth_client.pk).revoke()
        case "move":
            OAuthClient.objects.update(tenant=TenantFactory())
        case "tenant":
            Tenant.objects.filter(pk=tenant.pk).update(is_enabled=False)
        case "token":
            AccessToken.objects.all().delete()
    assert is_refused(token.access_token)


def test_an_expired_token_is_told_apart(token):
    stored = AccessToken.objects.get()
    authenticate(token.access_token, stored.expires - timedelta(seconds=1))
    with pytest.raises(InvalidCredential) as error:
        authenticate(token.access_token, stored.expires)
    assert error.value.is_expired


def test_a_rolled_client_accepts_both_secrets_until_the_overlap_ends(client_and_secret):
    client, old = client_and_secret
    _, new = client.roll(timedelta(hours=24))
    for secret in (old, new):
        assert issue_token(client.client_id, secret)
    later = timezone.now() + timedelta(hours=25)
    assert client.accepts(new, later)
    assert not client.accepts(old, later)


def test_a_client_secret_is_no_bearer_token(client_and_secret):
    assert is_refused(client_and_secret[1])


def test_client_secrets_move_to_a_new_pepper_one_by_one(client_and_secret, settings):
    client, secret = client_and_secret
    settings.API_KEY_PEPPERS = {**settings.API_KEY_PEPPERS, 2: "the next pepper"}
    assert issue_token(client.client_id, secret)
    _, new = client.roll()
    settings.API_KEY_PEPPERS = {2: "the next pepper"}
    assert issue_token(client.client_id, new)
    assert not client.accepts(secret)
