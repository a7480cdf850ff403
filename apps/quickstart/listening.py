"""The address that quickstart listens on, as its user writes it."""

import socket
from argparse import ArgumentTypeError
from dataclasses import dataclass
from typing import Self

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised here, bound only when asked for


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the address of `HOST:PORT`, an IPv6 host in brackets; raises ArgumentTypeError."""
        host, colon, port = text.rpartition(":")
        bracketed = host.startswith("[") and host.endswith("]")
        if not colon or not host or (":" in host and not bracketed) or not port.isdecimal():
            raise ArgumentTypeError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:8000 or [::1]:8000.")
        if not 0 < int(port) < 65536:
            raise ArgumentTypeError(f"The port must be between 1 and 65535, not {port}.")
        return cls(host.strip("[]"), int(port))

    @property
    def base_url(self) -> str:
        """Where a client on this machine finds it."""
        host = WILDCARDS.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def check_free(self) -> None:
        """Raise OSError where a server could not listen."""
        family, kind, protocol, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)

    def names(self) -> list[str]:
        """Return the Host headers by which it may be called: its own, or on every interface this machine's."""
        if self.host not in WILDCARDS:
            return [f"[{self.host}]" if ":" in self.host else self.host]
        return [socket.gethostname(), *_outward_address()]


def _outward_address() -> list[str]:
    """Return the address that this machine would send from, if it has one; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return []
        return [str(probe.getsockname()[0])]
