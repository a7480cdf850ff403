"""The address of whoever asks. A forwarded address is believed only from a proxy that the operator has named."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> str:
    """Return the client's address, "" where there is none (a Unix socket).

    The nearest address in X-Forwarded-For that is not a trusted proxy's: what stands left of it may be invented.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    address = _parse(peer)
    proxies = _trusted(tuple(settings.TRUSTED_PROXIES))
    if address is None or not _is_within(address, proxies):
        return str(address) if address else peer
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        forwarded = _parse(hop.strip())
        if forwarded is None:
            break
        address = forwarded
        if not _is_within(address, proxies):
            break
    return str(address)


def client_network(request: HttpRequest) -> str:
    """Return what one subscriber holds, for counting: an IPv4 address, or the /64 of an IPv6 one."""
    text = client_address(request)
    address = _parse(text)
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else text


@lru_cache(maxsize=8)
def _trusted(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network) for network in networks)


def _is_within(address: Address, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return any(address in network for network in networks)


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # An IPv4 client of a socket that listens on both looks like ::ffff:192.0.2.1.
    return getattr(address, "ipv4_mapped", None) or address
