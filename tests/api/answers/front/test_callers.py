"""A warm answer is for whom Django would answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.api_keys import anonymous
from apps.api_keys.models import ApiKey, OAuthClient
from apps.api_keys.oauth import issue_token
from apps.geography.models import TenantCountry
from apps.tenants.models import Plan, Tenant
from tests.api.answers.front.asking import BY_CREDENTIAL, OF_A_TENANT
from tests.factories import TenantFactory, issue_key

# Each test chooses for itself whether an answer is warm.
pytestmark = [pytest.mark.once, pytest.mark.counted, pytest.mark.django_db]


@pytest.mark.parametrize("name", BY_CREDENTIAL)
def test_without_a_credential_a_warm_answer_is_refused(warm, name):
    response = warm(name, Authorization=None, X_API_KEY=None)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"]


@pytest.mark.parametrize("damage", [lambda s: s[:-1], lambda s: s + "0", str.upper, lambda s: f"{s}, Bearer {s}"])
def test_a_damaged_credential_is_refused(warm, secret, damage):
    assert warm("data countries", Authorization=f"Bearer {damage(secret)}").status_code in {400, 401}


def revoke(tenant):
    ApiKey.objects.update(revoked_at=timezone.now())


def disable(tenant):
    Tenant.objects.filter(pk=tenant.pk).update(is_enabled=False)


@pytest.mark.parametrize("name", BY_CREDENTIAL)
@pytest.mark.parametrize("end", [revoke, disable])
def test_a_key_that_ends_is_refused_by_the_next_request(warm, ask, tenant, name, end):
    assert warm(name).is_warm
    end(tenant)
    assert ask(name).status_code == 401


def test_the_workspace_of_a_disabled_tenant_is_unknown_to_the_next_request(warm, ask, tenant):
    assert warm("workspace").is_warm
    disable(tenant)
    assert ask("workspace").status_code == 404


def test_a_key_runs_out_while_its_answer_is_warm(warm, ask, tenant, monkeypatch):
    expiring = f"Bearer {issue_key(tenant, expires_at=timezone.now() + timedelta(minutes=5))}"
    ask("data countries", Authorization=expiring)
    assert warm("data countries", Authorization=expiring).is_warm
    later = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert ask("data countries", Authorization=expiring).status_code == 401
    assert ask("data countries").status_code == 200


def test_an_access_token_is_answered_warm_until_its_client_is_revoked(ask, tenant):
    client, secret = OAuthClient.objects.issue(tenant, "shop")
    bearer = f"Bearer {issue_token(client.client_id, secret).access_token}"
    assert [ask("country", Authorization=bearer).is_warm for _ in range(2)] == [False, True]
    OAuthClient.objects.filter(pk=client.pk).revoke()
    assert ask("country", Authorization=bearer).status_code == 401


@pytest.mark.parametrize("name", ["data countries", "country_list", "countries"])
def test_a_public_key_gets_no_answer_that_is_for_private_ones(warm, public, name):
    assert warm(name, Authorization=f"Bearer {public}").status_code == 403


def test_a_private_key_gets_no_answer_that_is_for_public_ones(warm, secret):
    assert warm("widget countries", X_API_KEY=secret).status_code == 403


@pytest.mark.parametrize("name", OF_A_TENANT)
def test_another_tenant_gets_neither_the_answer_nor_its_304(ask, warm, name):
    other = f"Bearer {issue_key(TenantFactory(code='globex'))}"
    tag = warm(name).headers["ETag"]
    assert ask(name, Authorization=other).status_code == 403
    assert ask(name, Authorization=other, If_None_Match=tag).status_code == 403


def test_each_tenant_gets_its_own_answer(ask):
    other = TenantFactory(code="globex")
    bearer = f"Bearer {issue_key(other)}"
    TenantCountry.objects.filter(tenant=other, country="PL").switch(False)
    for _ in range(2):
        mine, theirs = ask("data countries"), ask("data countries", Authorization=bearer)
        assert b'"PL"' in mine.content
        assert b'"PL"' not in theirs.content
    assert mine.is_warm
    assert theirs.is_warm
    assert ask("data countries", Authorization=bearer, If_None_Match=mine.headers["ETag"]).status_code == 200


def test_a_key_is_bound_to_its_networks_though_the_answer_is_warm(ask, tenant, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    bound = f"Bearer {issue_key(tenant, networks=['192.0.2.0/24'])}"
    for _ in range(2):
        inside = ask("data countries", Authorization=bound, environ={"REMOTE_ADDR": "192.0.2.7"})
        outside = ask("data countries", Authorization=bound, environ={"REMOTE_ADDR": "198.51.100.1"})
        behind = ask("data countries", Authorization=bound, X_Forwarded_For="192.0.2.7")
        forged = ask("data countries", Authorization=bound, X_Forwarded_For="192.0.2.7, 198.51.100.1")
    assert (inside.status_code, inside.is_warm) == (200, True)
    assert (behind.status_code, behind.is_warm) == (200, True)
    assert outside.status_code == forged.status_code == 403


@pytest.mark.parametrize("change", [{"subdivision_access": False}, {"extended_translations": False}])
def test_what_a_plan_includes_is_seen_by_the_next_request(warm, ask, tenant, change):
    before = warm("data subdivisions")
    assert before.is_warm
    Plan.objects.filter(pk=tenant.plan_id).update(**change)
    after = ask("data subdivisions")
    assert not after.is_warm
    assert after.content != before.content


@pytest.mark.parametrize("first", ["at", "anonymous"])
def test_two_kinds_of_token_of_one_client_are_not_taken_for_each_other(ask, tenant, first):
    """Only the style of the tenant itself is open to anonymous tokens."""
    Tenant.objects.filter(pk=tenant.pk).update(allows_anonymous=True)
    tenant.refresh_from_db()
    client, secret = OAuthClient.objects.issue(tenant, "shop")
    tokens = {
        "at": issue_token(client.client_id, secret).access_token,
        "anonymous": anonymous.log_in(tenant, client.client_id).access_token,
    }
    expected = {"at": 200, "anonymous": 403}
    for kind in sorted(tokens, key=lambda kind: kind != first) * 2:
        assert ask("data countries", Authorization=f"Bearer {tokens[kind]}").status_code == expected[kind]
