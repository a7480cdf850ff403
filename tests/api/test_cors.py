"""What `cors` promises: which origins a pattern names, and whose origins are known. The headers are tested by style."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.api.cors import is_allowed, is_known
from apps.api_keys.models import ApiKey, Kind
from tests.factories import TenantFactory, issue_key


@pytest.mark.parametrize(
    ("pattern", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://Shop.Example/", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://*.shop.example", "https://www.shop.example"),
        ("https://*.shop.example", "https://a.b.shop.example"),
        ("http://localhost:*", "http://localhost:5173"),
        ("http://localhost:*", "http://localhost"),
        ("http://[::1]:*", "http://[::1]:8000"),
        ("https://*.shop.example:*", "https://www.shop.example:8443"),
        ("capacitor://localhost", "capacitor://localhost"),
    ],
)
def test_a_pattern_names_these_origins(pattern, origin):
    assert is_allowed(origin, [pattern])


@pytest.mark.parametrize(
    ("pattern", "origin"),
    [
        ("https://shop.example", "http://shop.example"),
        ("https://shop.example", "https://shop.example:8443"),
        ("https://shop.example", "https://shop.example.attacker.example"),
        ("https://*.shop.example", "https://shop.example"),
        ("https://*.shop.example", "https://evilshop.example"),
        ("https://*.shop.example", "https://attacker.example/.shop.example"),
        ("https://*.shop.example", "https://attacker.example#.shop.example"),
        ("https://*.shop.example", "https://www.shop.example\n"),
        ("https://*.shop.example", "https://wwwXshop.example"),
        ("http://localhost:*", "http://localhost:80.attacker.example"),
        ("http://localhost:*", "http://localhost:"),
        ("http://localhost:*", "http://localhost.attacker.example:80"),
        ("*", "https://shop.example"),
        ("https://*", "https://shop.example"),
        ("null", "null"),
        ("", ""),
    ],
)
def test_a_pattern_names_no_other_origin(pattern, origin):
    assert not is_allowed(origin, [pattern])


@given(st.text(max_size=40), st.text(max_size=400))
def test_any_text_is_answered(pattern, origin):
    assert is_allowed(origin, [pattern]) in {True, False}


def test_an_overlong_origin_is_refused():
    assert not is_allowed(f"https://{'a.' * 200}shop.example", ["https://*.shop.example"])


@pytest.mark.usefixtures("db")
def test_known_are_the_origins_of_usable_keys_and_enabled_tenants(django_assert_num_queries):
    tenant = TenantFactory(origins=["https://admin.example"])
    issue_key(tenant, Kind.PUBLIC, origins=["https://*.shop.example"])
    with django_assert_num_queries(2):  # tenants, keys
        assert is_known("https://www.shop.example")
    assert is_known("https://admin.example")
    assert not is_known("https://elsewhere.example")


@pytest.mark.usefixtures("db")
def test_origins_of_revoked_and_expired_keys_and_of_disabled_tenants_are_not_known():
    issue_key(TenantFactory(), Kind.PUBLIC, origins=["https://revoked.example"])
    ApiKey.objects.revoke()
    past = timezone.now() - timedelta(seconds=1)
    issue_key(TenantFactory(), Kind.PUBLIC, origins=["https://expired.example"], expires_at=past)
    disabled = TenantFactory(is_enabled=False, origins=["https://disabled.example"])
    issue_key(disabled, Kind.PUBLIC, origins=["https://disabled-key.example"])
    for host in ("revoked", "expired", "disabled", "disabled-key"):
        assert not is_known(f"https://{host}.example")
