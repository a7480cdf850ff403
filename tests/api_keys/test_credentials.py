"""From a secret to the caller that holds it."""

import hashlib
import random
import re
from datetime import timedelta

import pytest
from cachetools import LRUCache
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.api_keys import anonymous, credentials, secrets
from apps.api_keys.credentials import InvalidCredential, authenticate
from apps.api_keys.models import ApiKey, Kind, OAuthClient, validate_networks, validate_scopes
from apps.api_keys.oauth import issue_token
from apps.revisions import numbers
from apps.tenants.models import Tenant
from apps.tenants.origins import validate_origins
from tests.factories import issue_key


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch):
    monkeypatch.setattr(credentials, "_remembered", LRUCache(100))


# The revision itself is read past Django's cursors, which count queries.


def test_a_known_key_costs_the_revision_and_an_unknown_one_a_query_more(tenant, secret, django_assert_num_queries):
    with django_assert_num_queries(1):
        authenticate(secret)
    with django_assert_num_queries(0):
        caller = authenticate(secret)
        assert caller.tenant.plan.name
    unknown = secrets.generate("sk").text
    for _ in range(2):
        with django_assert_num_queries(1), pytest.raises(InvalidCredential):
            authenticate(unknown)


def test_what_is_malformed_and_the_secret_of_a_client_cost_no_query(db, django_assert_num_queries):
    for opens_nothing in ("", "gaz_sk_wrong", secrets.generate("sk").text[:-1], secrets.generate("cs").text):
        with django_assert_num_queries(0), pytest.raises(InvalidCredential):
            authenticate(opens_nothing)


def test_a_key_comes_with_the_revisions_of_its_tenant_also_where_it_is_remembered(tenant, secret):
    Tenant.objects.update(default_language="de")
    own = numbers.recent(tenant.pk)
    assert own.tenant
    assert [credentials.identify(secret)[1] for _ in range(2)] == [own, own]


def test_a_known_access_token_costs_the_revision(tenant, django_assert_num_queries):
    client, client_secret = OAuthClient.objects.issue(tenant, "shop")
    token = issue_token(client.client_id, client_secret).access_token
    with django_assert_num_queries(1):
        authenticate(token)
    with django_assert_num_queries(0):
        authenticate(token)


def test_issuing_a_token_makes_nobody_forget_and_deleting_one_does(tenant):
    client, client_secret = OAuthClient.objects.issue(tenant, "shop")
    before = numbers.current("credentials")
    issue_token(client.client_id, client_secret)
    assert numbers.current("credentials") == before
    client.accesstoken_set.all().delete()
    assert numbers.current("credentials") != before


def test_what_is_remembered_is_bounded_and_the_least_used_goes_first(tenant, django_assert_num_queries):
    keys = [issue_key(tenant) for _ in range(101)]
    for key in keys[:100]:
        authenticate(key)
    authenticate(keys[0])
    authenticate(keys[100])
    assert len(credentials._remembered) == 100
    with django_assert_num_queries(0):
        authenticate(keys[0])
    with django_assert_num_queries(1):
        authenticate(keys[1])


def test_a_key_that_is_revoked_while_it_is_looked_up_opens_nothing_afterwards(tenant, secret, monkeypatch):
    """What was read before the revocation must not be remembered under the revision after it."""
    load = credentials._load

    def load_and_revoke(*arguments):
        entry = load(*arguments)
        ApiKey.objects.revoke()
        return entry

    with monkeypatch.context() as patch:
        patch.setattr(credentials, "_load", load_and_revoke)
        authenticate(secret)
    with pytest.raises(InvalidCredential):
        authenticate(secret)


def test_unknown_keys_are_not_remembered(db):
    for _ in range(50):
        with pytest.raises(InvalidCredential):
            authenticate(secrets.generate("sk").text)
    assert not credentials._remembered


def test_no_secret_is_remembered(tenant, secret):
    authenticate(secret)
    assert secret not in repr(credentials._remembered)


def test_a_key_works_until_the_instant_it_expires(tenant):
    end = timezone.now() + timedelta(hours=1)
    key = issue_key(tenant, expires_at=end)
    for _ in range(2):
        assert authenticate(key, end - timedelta(microseconds=1))
        with pytest.raises(InvalidCredential) as error:
            authenticate(key, end)
        assert not error.value.is_expired


@pytest.mark.parametrize("field", ["plan", "tenant", "scopes", "networks"])
def test_a_change_shows_at_once(tenant, secret, field):
    authenticate(secret)
    match field:
        case "plan":
            type(tenant.plan).objects.update(requests_per_minute=7)
            assert authenticate(secret).tenant.plan.requests_per_minute == 7
        case "tenant":
            Tenant.objects.update(default_language="de")
            assert authenticate(secret).tenant.default_language == "de"
        case "scopes":
            ApiKey.objects.update(scopes=[])
            assert not authenticate(secret).scopes
        case "networks":
            ApiKey.objects.update(networks=["192.0.2.0/24"])
            assert not authenticate(secret).may_come_from("198.51.100.1")


def test_a_change_while_a_credential_is_read_is_seen_the_next_time(tenant, secret, monkeypatch):
    load = credentials._load

    def load_and_change(secret, revision):
        entry = load(secret, revision)
        Tenant.objects.update(default_language="de")
        return entry

    monkeypatch.setattr(credentials, "_load", load_and_change)
    assert authenticate(secret).tenant.default_language == "en"
    monkeypatch.setattr(credentials, "_load", load)
    assert authenticate(secret).tenant.default_language == "de"


def test_the_caller_is_what_its_key_says(tenant):
    said = {"scopes": ["country.country_manage"], "origins": ["https://a.example"], "requests_per_minute": 7}
    key, secret = ApiKey.objects.issue(tenant, Kind.PUBLIC, networks=["192.0.2.0/24"], **said)
    caller = authenticate(secret)
    assert (caller.tenant, caller.kind, caller.credential_id) == (tenant, "pk", key.key_id)
    assert (caller.is_public, caller.is_anonymous) == (True, False)
    assert caller.scopes == frozenset(said["scopes"])
    assert (caller.origins, caller.requests_per_minute) == (("https://a.example",), 7)
    assert [str(network) for network in caller.networks] == ["192.0.2.0/24"]


def test_the_caller_of_a_token_is_its_client_with_the_scopes_that_both_have(tenant):
    both, mine, asked = "country.country_manage", "country.region_read", "country.country_read"
    client, client_secret = OAuthClient.objects.issue(tenant, "shop", scopes=[both, mine])
    token = issue_token(client.client_id, client_secret)
    OAuthClient.objects.update(requests_per_minute=7)
    row = client.accesstoken_set.get()
    client.accesstoken_set.update(scope=row.scope.replace(mine, asked))
    caller = authenticate(token.access_token)
    assert (caller.tenant, caller.kind, caller.credential_id) == (tenant, "at", client.client_id)
    assert (caller.scopes, caller.requests_per_minute) == (frozenset([both]), 7)


def test_a_token_says_that_it_has_expired_and_an_unknown_one_does_not(tenant):
    client, client_secret = OAuthClient.objects.issue(tenant, "shop")
    token = issue_token(client.client_id, client_secret)
    end = client.accesstoken_set.get().expires
    for _ in range(2):
        assert authenticate(token.access_token, end - timedelta(microseconds=1))
        with pytest.raises(InvalidCredential) as error:
            authenticate(token.access_token, end)
        assert error.value.is_expired
    with pytest.raises(InvalidCredential) as error:
        authenticate(secrets.generate("at").text)
    assert error.value.is_expired is False


def test_whoever_logs_in_anonymously_may_do_nothing_but_read_and_only_where_the_tenant_allows_it(tenant):
    Tenant.objects.filter(pk=tenant.pk).update(allows_anonymous=True)
    client, _ = OAuthClient.objects.issue(tenant, "shop")
    token = anonymous.log_in(anonymous.tenant_of(tenant.code), client.client_id).access_token
    caller = authenticate(token)
    assert (caller.kind, caller.is_anonymous, caller.scopes) == ("anonymous", True, frozenset())
    Tenant.objects.filter(pk=tenant.pk).update(allows_anonymous=False)
    with pytest.raises(InvalidCredential):
        authenticate(token)


@pytest.mark.parametrize(
    ("networks", "address", "may"),
    [
        ([], "198.51.100.1", True),
        ([], "nowhere", True),
        (["192.0.2.0/24"], "192.0.2.7", True),
        (["192.0.2.0/24"], "198.51.100.1", False),
        (["192.0.2.0/24", "2001:db8::/32"], "2001:db8::1", True),
        (["192.0.2.0/24"], "nowhere", False),
    ],
)
def test_a_key_may_come_from_its_networks(tenant, networks, address, may):
    assert authenticate(issue_key(tenant, networks=networks)).may_come_from(address) is may


def test_what_memory_holds_of_a_secret_can_be_compared_with_nothing_elsewhere(secret):
    assert credentials._fingerprint(secret) != hashlib.blake2b(secret.encode(), digest_size=32).digest()


@pytest.mark.parametrize("kind", ["sk", "pk", "cs", "at"])
def test_a_secret_has_the_documented_form(kind):
    text = secrets.generate(kind).text
    assert re.fullmatch(rf"gaz_{kind}_[0-9A-Za-z]{{11}}_[0-9A-Za-z]{{49}}", text)
    assert secrets.parse(text) == (kind, text.split("_")[2])


def test_no_two_secrets_are_alike():
    assert len({secrets.generate("sk").text for _ in range(20_000)}) == 20_000


@given(st.integers(0, 69), st.sampled_from(secrets.ALPHABET + "_-. \n"))
def test_one_changed_character_is_noticed(position, char):
    text = secrets.generate("sk").text
    changed = text[:position] + char + text[position + 1 :]
    assert secrets.parse(changed) is None or changed == text


@given(st.text())
def test_any_text_is_parsed_without_an_error(text):
    assert secrets.parse(text) is None


def test_a_scanner_finds_our_secrets_and_nothing_else():
    chance = random.Random(1)  # noqa: S311
    noise = "".join(chance.choice(secrets.ALPHABET + "_/+=\n ") for _ in range(300_000))
    planted = [secrets.generate(kind).text for kind in ("sk", "pk", "cs", "at")]
    lookalikes = [f"gaz_sk_{'a' * 11}_{'b' * 43}{'c' * 6}", planted[0][:-1] + "!"]
    text = "\n".join([noise, *planted, *lookalikes, noise])
    found = [match[0] for match in secrets.PATTERN.finditer(text) if secrets.parse(match[0])]
    assert found == planted


def test_neither_text_nor_repr_of_a_credential_shows_the_secret(tenant):
    key, secret = ApiKey.objects.issue(tenant, Kind.PRIVATE)
    client, client_secret = OAuthClient.objects.issue(tenant, "shop")
    token = issue_token(client.client_id, client_secret)
    shown = " ".join(f"{each} {each!r}" for each in (key, client, secrets.Secret(secret, key.key_id))) + repr(token)
    for hidden in (secret, client_secret, token.access_token, key.digest, client.client_secret):
        assert hidden not in shown


@pytest.mark.parametrize(
    ("validate", "value"),
    [
        (validate_scopes, ["country.country_manage2"]),
        (validate_scopes, ["COUNTRY.COUNTRY_MANAGE"]),
        (validate_scopes, "country.country_manage"),
        (validate_scopes, [1]),
        (validate_networks, ["192.0.2.1/24"]),
        (validate_networks, ["anywhere"]),
        (validate_networks, 7),
        (validate_origins, ["https://shop.example/"]),
        (validate_origins, ["shop.example"]),
        (validate_origins, ["*"]),
        (validate_origins, ["https://*"]),
        (validate_origins, ["https://shop.example\n"]),
        (validate_origins, "https://shop.example"),
    ],
)
def test_what_a_credential_cannot_hold_is_refused(validate, value):
    with pytest.raises(ValidationError):
        validate(value)


@pytest.mark.parametrize(
    ("validate", "value"),
    [
        (validate_scopes, ["country.country_manage", "country.region_read"]),
        (validate_networks, ["192.0.2.0/24", "2001:db8::/32", "198.51.100.7"]),
        (
            validate_origins,
            ["https://shop.example", "https://*.shop.example:8443", "http://localhost:*", "http://[::1]"],
        ),
    ],
)
def test_what_a_credential_can_hold_is_accepted(validate, value):
    validate(value)
    validate([])
