"""Where messages may go: to addresses that everybody can reach, unless the settings name others."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

Address = IPv4Address | IPv6Address

# Where clouds answer their virtual machines alone, at addresses that look like any other.
METADATA = (ip_network("168.63.129.16/32"), ip_network("192.0.0.0/24"))


class Refused(Exception):  # noqa: N818
    """Nothing is sent there; the message is an address."""


def split(url: str) -> SplitResult:
    """Return the parts of a receiver's URL; raises ValidationError with a sentence for whoever wrote it."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    schemes = {"https", "http"} if settings.WEBHOOK_HTTP else {"https"}
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}')
    if parts.scheme not in schemes or not parts.hostname or not is_plain:
        raise ValidationError(gettext("Give an address such as https://shop.example/changes."))
    if parts.username is not None or parts.fragment:
        raise ValidationError(gettext("Give an address without user, password and #."))
    return parts


def validate_url(url: str) -> None:
    """Refuse what is no address of a receiver, or names one that nothing is sent to; no name server is asked."""
    address: Address | None
    host = (split(url).hostname or "").rstrip(".")
    try:
        address = ip_address(host)
    except ValueError:
        try:
            # As the system reads "127.1", "0x7f000001" and "2130706433".
            address = ip_address(socket.inet_aton(host))
        except OSError:
            address = ip_address("127.0.0.1") if host.rpartition(".")[2] == "localhost" else None
    if address is not None and not is_allowed(address):
        raise ValidationError(gettext("Nothing is sent to {address}: it is of a private network.").format(address=host))


def resolved(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, all of which may be connected to; raises Refused and OSError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(str(error)) from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    for address in addresses:
        if "%" in address or not is_allowed(ip_address(address)):
            raise Refused(address)
    return addresses


def is_allowed(address: Address) -> bool:
    """Return whether messages may go to an address: a public one, or of WEBHOOK_NETWORKS."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in ip_network(network) for network in settings.WEBHOOK_NETWORKS):
        return True
    if isinstance(address, IPv6Address) and (address.sixtofour or address.teredo or address.is_site_local):
        return False
    is_public = address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
    return is_public and not any(address in network for network in METADATA)
