"""The address of whoever asks."""

import pytest
from django.test import RequestFactory

from apps.api.callers import client_address, client_network

PROXY = "10.0.0.1"


def address(peer: str, forwarded: str | None = None) -> str:
    extra = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=peer, **extra))


def test_without_proxies_a_forwarded_address_is_not_believed():
    assert address("198.51.100.7", "192.0.2.1") == "198.51.100.7"


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        (PROXY, "192.0.2.1", "192.0.2.1"),
        (PROXY, "203.0.113.9, 192.0.2.1", "192.0.2.1"),
        (PROXY, "203.0.113.9,192.0.2.1,10.0.0.2", "192.0.2.1"),
        (PROXY, "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        (PROXY, "203.0.113.9, junk", PROXY),
        (PROXY, "203.0.113.9, junk, 10.0.0.2", "10.0.0.2"),
        (PROXY, "", PROXY),
        (PROXY, None, PROXY),
        ("198.51.100.7", "192.0.2.1", "198.51.100.7"),
        ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("", "192.0.2.1", ""),
    ],
)
def test_behind_a_trusted_proxy_the_nearest_untrusted_address_counts(settings, peer, forwarded, expected):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert address(peer, forwarded) == expected


def test_an_ipv6_subscriber_counts_as_one():
    seen = {client_network(RequestFactory().get("/", REMOTE_ADDR=f"2001:db8::{host:x}")) for host in range(1, 50)}
    assert seen == {"2001:db8::/64"}
