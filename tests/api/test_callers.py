"""Who is let in, and how the others are told."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.api_keys import secrets
from apps.api_keys.models import ApiKey
from apps.tenants.models import Tenant
from tests.factories import issue_key

pytestmark = pytest.mark.django_db

PATH = "/api/data/countries"
PLAIN = 'Bearer realm="gazetteer"'
INVALID = f'{PLAIN}, error="invalid_token"'


def ask(client, authorization=None, **extra):
    if authorization is not None:
        extra["HTTP_AUTHORIZATION"] = authorization
    return client.get(PATH, **extra)


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Basic YTpi", "Token {secret}", 'Digest username="a", realm="b"', "{secret}"],
    ids=["none", "empty", "basic", "token", "digest", "no-scheme"],
)
def test_without_a_token_the_challenge_names_no_error(client, secret, authorization, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = ask(client, authorization and authorization.format(secret=secret))
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == PLAIN


@pytest.mark.parametrize(
    "token",
    ["", "a", "a b", "\xff\xfe", "ключ", "gaz_sk_\x0b", "x" * 60_000, secrets.generate("cs").text],
    ids=["empty", "short", "two-words", "bytes", "cyrillic", "control", "long", "client-secret"],
)
def test_a_malformed_token_costs_no_query(client, token, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = ask(client, f"Bearer {token}")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == INVALID


def test_a_changed_character_costs_no_query(client, secret, django_assert_num_queries):
    changed = secret[:30] + ("A" if secret[30] != "A" else "B") + secret[31:]
    with django_assert_num_queries(0):
        assert ask(client, f"Bearer {changed}").status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_the_scheme_may_be_written_in_any_case(client, secret, scheme):
    assert ask(client, f"{scheme} {secret}").status_code == 200


@pytest.mark.parametrize("joined", ["Bearer {0},Bearer {0}", "Bearer {0}, Bearer {1}", "Bearer {1},{0}"])
def test_two_authorization_headers_are_refused(client, secret, joined):
    response = ask(client, joined.format(secret, secrets.generate("sk").text))
    assert response.status_code == 400
    assert response.headers["WWW-Authenticate"] == f'{PLAIN}, error="invalid_request"'


def test_a_bearer_behind_another_scheme_is_not_looked_at(client, secret):
    assert ask(client, f"Basic YTpi,Bearer {secret}").status_code == 401


def test_a_token_in_query_body_or_cookie_is_ignored(client, secret):
    client.cookies["access_token"] = secret
    assert client.get(PATH, {"access_token": secret}).status_code == 401
    assert client.post(PATH, {"access_token": secret}).status_code == 401


def test_a_session_of_staff_opens_nothing(client, admin_user):
    client.force_login(admin_user)
    assert ask(client).status_code == 401


def test_unknown_revoked_and_expired_keys_are_answered_alike(client, tenant):
    revoked = issue_key(tenant)
    expired = issue_key(tenant, expires_at=timezone.now())
    ApiKey.objects.exclude(expires_at__isnull=False).revoke()
    answers = {
        (response.status_code, response.content, json.dumps(_stable(response.headers)))
        for response in (ask(client, f"Bearer {key}") for key in (secrets.generate("sk").text, revoked, expired))
    }
    assert len(answers) == 1
    assert ask(client, f"Bearer {revoked}").headers["WWW-Authenticate"] == INVALID


def _stable(headers):
    return {name: value for name, value in headers.items() if name != "X-Request-Id"}


@pytest.mark.parametrize(
    "end",
    [
        ApiKey.objects.all().revoke,
        lambda: ApiKey.objects.update(revoked_at=timezone.now()),
        lambda: ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
        lambda: ApiKey.objects.bulk_update(
            [ApiKey(pk=key.pk, revoked_at=timezone.now()) for key in ApiKey.objects.all()], ["revoked_at"]
        ),
        lambda: ApiKey.objects.all().delete(),
        lambda: Tenant.objects.update(is_enabled=False),
        lambda: Tenant.objects.all().delete(),
    ],
    ids=["revoke", "update", "expiry", "bulk-update", "delete", "tenant-disabled", "tenant-deleted"],
)
def test_a_key_ends_with_the_next_request(client, secret, end):
    assert ask(client, f"Bearer {secret}").status_code == 200
    end()
    assert ask(client, f"Bearer {secret}").status_code == 401


def test_a_narrowed_or_widened_plan_shows_in_the_next_request(client, tenant, secret):
    path = "/api/data/countries/PL/subdivisions"
    assert client.get(path, HTTP_AUTHORIZATION=f"Bearer {secret}").json() != []
    tenant.plan.subdivision_access = False
    tenant.plan.save()
    assert client.get(path, HTTP_AUTHORIZATION=f"Bearer {secret}").json() == []


def test_a_key_of_a_network_is_refused_elsewhere_whatever_is_forwarded(client, tenant):
    header = f"Bearer {issue_key(tenant, networks=['192.0.2.0/24', '2001:db8::/32'])}"
    assert ask(client, header, REMOTE_ADDR="192.0.2.7").status_code == 200
    assert ask(client, header, REMOTE_ADDR="2001:db8::7").status_code == 200
    assert ask(client, header, REMOTE_ADDR="198.51.100.7").status_code == 403
    assert ask(client, header, REMOTE_ADDR="198.51.100.7", HTTP_X_FORWARDED_FOR="192.0.2.7").status_code == 403
    assert ask(client, header, REMOTE_ADDR="").status_code == 403


def test_a_token_never_reaches_the_database_or_a_log(client, secret, caplog):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with caplog.at_level("DEBUG"), CaptureQueriesContext(connection) as queries:
        ask(client, f"Bearer {secret}")
        ask(client, f"Bearer {secrets.generate('sk').text}")
    assert len(queries) > 0
    assert "gaz_sk" not in "".join(query["sql"] for query in queries)
    assert "gaz_sk" not in caplog.text
