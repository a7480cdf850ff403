"""One message, sent once: to an address that was checked, in fifteen seconds, wherever an answer leads."""

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Timer
from time import monotonic

from django.conf import settings
from django.core.exceptions import ValidationError
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError

from apps.webhooks import addresses
from apps.webhooks.models import Outcome

SECONDS = 15.0
CONNECT_SECONDS = 5.0
# Of an answer its status alone counts.
MOST_BYTES = 4096
GONE = 410


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message. detail: an address or the like, never of the URL more than that."""

    outcome: Outcome
    status: int | None = None
    ms: int = 0
    detail: str = ""


def post(url: str, body: bytes, headers: Mapping[str, str], seconds: float = SECONDS) -> Answer:
    """Send a message; never raises for what the receiver or the network does."""
    began = monotonic()
    outcome, status, detail = _tried(url, body, headers, seconds)
    return Answer(outcome, status, round((monotonic() - began) * 1000), detail[:200])


def _tried(url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> tuple[Outcome, int | None, str]:
    until = monotonic() + seconds
    try:
        parts = addresses.split(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        for address in (found := addresses.resolved(host, port)):
            connection = _connection(parts.scheme, address, port, host)
            try:
                connection.connect()
            except (OSError, HTTPError):
                if address == found[-1] or monotonic() >= until:
                    raise
                continue
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            status = _asked(connection, path, body, {**headers, "Host": parts.netloc}, until - monotonic())
            return _outcome(status), status, ""
    except addresses.Refused as error:
        return Outcome.REFUSED, None, str(error)
    except ValidationError as error:
        # The settings have changed since the address was stored.
        return Outcome.REFUSED, None, error.messages[0]
    except ssl.SSLError as error:
        return Outcome.CERTIFICATE, None, str(getattr(error, "verify_message", "") or error.reason or "")
    except (OSError, HTTPError) as error:
        is_late = isinstance(error, TimeoutError | ConnectTimeoutError) or monotonic() >= until
        return Outcome.TIMEOUT if is_late else Outcome.UNREACHABLE, None, ""
    return Outcome.UNREACHABLE, None, ""


def _connection(scheme: str, address: str, port: int, host: str) -> HTTPConnection:
    """Return a connection to the address that was checked, in the name of the host: nobody is asked for it again."""
    if scheme == "http":
        return HTTPConnection(address, port, timeout=CONNECT_SECONDS)
    # The certificate must be the host's: the context sees to that, where urllib3 would raise an error of its own kind.
    context = ssl.create_default_context()
    return HTTPSConnection(address, port, timeout=CONNECT_SECONDS, server_hostname=host, ssl_context=context)


def _asked(connection: HTTPConnection, path: str, body: bytes, headers: Mapping[str, str], seconds: float) -> int:
    """Return the status of the answer. A receiver that sends byte after byte is cut off as one that sends none."""
    own = {"Content-Type": "application/json", "User-Agent": f"Gazetteer/{settings.VERSION}", "Connection": "close"}
    is_cut = Event()
    timer = Timer(max(seconds, 0), _cut, [connection.sock, is_cut])
    timer.daemon = True
    timer.start()
    try:
        # Of the connection, too: it sets that of its socket anew.
        connection.timeout = max(seconds, 0.001)
        connection.sock.settimeout(connection.timeout)
        connection.request("POST", path, body, {**own, **headers}, preload_content=False, decode_content=False)
        answer = connection.getresponse()
        if is_cut.is_set():
            # Headers that break off look like whole ones.
            raise TimeoutError
        with suppress(OSError, HTTPError):
            answer.read(MOST_BYTES, decode_content=False)
        return int(answer.status)
    finally:
        timer.cancel()
        connection.close()


def _cut(sock: socket.socket, is_cut: Event) -> None:
    is_cut.set()
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome.DELIVERED
    return Outcome.GONE if status == GONE else Outcome.ANSWERED
