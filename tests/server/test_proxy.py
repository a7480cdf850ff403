"""nginx as `config/deploy/nginx.conf` has it, with TLS, before production's settings: what each does for the other."""

import gzip
import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.settings.secrets import development_secrets
from tests.databases import ROOT, database_for
from tests.serving import Answer, environment_of, free_port, running, with_demo

NAME = "gazetteer.example"
# Addresses of loopback, of clients; the proxy itself has 127.0.0.1.
ALLOWED, OTHER = "127.0.0.3", "127.0.0.2"
PROGRAMS = ("nginx", "openssl")
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not all(map(shutil.which, PROGRAMS)), reason="nginx (Debian: nginx-light) or openssl is not installed."
    ),
]

# What Debian's nginx.conf has around the files of sites, as far as it matters here.
AROUND = """
daemon off; error_log stderr warn; pid {folder}/pid; worker_processes 1; events {{ worker_connections 512; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    {site}
}}
"""


@dataclass(frozen=True)
class Proxy:
    """nginx on loopback: its port, what its certificate is checked by, and the demo behind it."""

    port: int
    context: ssl.SSLContext
    demo: dict[str, str]

    def ask(
        self, path: str, *, source: str = "127.0.0.1", method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        """Send one request from an address of loopback; two underscores in header names stand for hyphens."""
        named = {"Host": NAME} | {name.replace("__", "-"): value for name, value in headers.items()}
        asking = http.client.HTTPSConnection(
            "127.0.0.1", self.port, source_address=(source, 0), context=self.context, timeout=20
        )
        asking.request(method, path, body, named)
        response = asking.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.read())
        asking.close()
        return answer

    def send(self, request: bytes) -> bytes:
        """Send bytes as they are, and return all that comes back until the proxy ends, or is silent for a while."""
        with ExitStack() as stack:
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", self.port), timeout=3))
            connection = stack.enter_context(self.context.wrap_socket(plain))
            connection.sendall(request)
            said = b""
            with suppress(TimeoutError, ConnectionError, ssl.SSLError):
                while some := connection.recv(65_536):
                    said += some
            return said

    @property
    def bearer(self) -> str:
        """The demo's credential."""
        return f"Bearer {self.demo['private_key']}"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The proxy, and production's settings behind it, on a database of their own."""
    folder = tmp_path_factory.mktemp("nginx")
    # Its workers are somebody else.
    folder.chmod(0o755)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subprocess.run(
        [*make, "-subj", f"/CN={NAME}", "-out", certificate, "-keyout", key], check=True, capture_output=True
    )
    template, demo = with_demo()
    variables = {
        **development_secrets(ROOT / "var" / "secrets.json"),
        "DJANGO_SETTINGS_MODULE": "config.settings.prod",
        "ALLOWED_HOSTS": NAME,
        "BEHIND_TLS_PROXY": "true",
        "TRUSTED_PROXIES": "127.0.0.1",
        "METRICS_ALLOWED_ADDRESSES": ALLOWED,
        "METRICS_FOLDER": str(folder / "metrics"),
        "REQUEST_LOG": "false",
    }
    with database_for("proxy", template) as url, running(environment_of(url) | variables) as behind:
        port = free_port()
        configuration = folder / "nginx.conf"
        configuration.write_text(AROUND.format(folder=folder, site=site(port, behind, certificate, key)))
        nginx = subprocess.Popen(["nginx", "-p", folder, "-c", configuration])
        try:
            context = ssl.create_default_context(cafile=str(certificate))
            context.check_hostname = False
            listening(port)
            yield Proxy(port, context, demo)
        finally:
            nginx.terminate()
            nginx.wait(timeout=20)


def site(port: int, behind: int, certificate: Path, key: Path) -> str:
    """Return the file that operators have, with ports and files of ours."""
    text = (ROOT / "config" / "deploy" / "nginx.conf").read_text()
    for theirs, ours in {
        "listen 443": f"listen 127.0.0.1:{port}",
        "127.0.0.1:8000": f"127.0.0.1:{behind}",
        "/etc/ssl/certs/gazetteer.pem": str(certificate),
        "/etc/ssl/private/gazetteer.key": str(key),
    }.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


def listening(port: int) -> None:
    """Wait until somebody listens."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def test_bodies_that_are_never_finished_hold_no_thread(proxy: Proxy) -> None:
    half = (
        f"POST /oauth/token HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: 100\r\n\r\ngrant_type="
    ).encode()
    with ExitStack() as stack:
        for _ in range(40):
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", proxy.port), timeout=20))
            stack.enter_context(proxy.context.wrap_socket(plain)).sendall(half)
        assert {proxy.ask("/api/data/countries", Authorization=proxy.bearer).status for _ in range(5)} == {200}


def test_who_asks_is_the_address_that_the_proxy_sees_whatever_the_client_says(proxy: Proxy) -> None:
    assert proxy.ask("/metrics", source=ALLOWED).status == 200
    assert proxy.ask("/metrics", source=OTHER).status == 403
    assert proxy.ask("/metrics", source=OTHER, X__Forwarded__For=ALLOWED).status == 403
    assert proxy.ask("/metrics", source=OTHER, X_Forwarded_For=ALLOWED).status == 403


def test_answers_keep_coding_and_entity_tag_on_their_way(proxy: Proxy) -> None:
    asked = {"Authorization": proxy.bearer, "Accept__Encoding": "gzip"}
    answer = proxy.ask("/api/data/countries", **asked)
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.body))
    assert proxy.ask("/api/data/countries", If__None__Match=answer.headers["etag"], **asked).status == 304


def test_a_switch_under_a_condition_keeps_it_on_its_way(proxy: Proxy) -> None:
    asked = {"Authorization": proxy.bearer, "X__Version": "v2"}
    path = f"/country/{proxy.demo['tenant']}/countries/PL"
    tag = proxy.ask(path, **asked).headers["etag"]
    switch = {"method": "PATCH", "body": b'{"active": false}', "Content__Type": "application/json", "If__Match": tag}
    assert proxy.ask(path, **asked, **switch).status == 204
    assert proxy.ask(path, **asked, **switch).status == 412


def test_other_hosts_are_refused_and_so_is_plain_http(proxy: Proxy) -> None:
    assert proxy.ask("/api/data/countries", Host="attacker.example", Authorization=proxy.bearer).status == 400
    forwarded = proxy.ask("/admin/login/", X__Forwarded__Host="attacker.example")
    assert b"attacker.example" not in forwarded.body
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as plain:
        plain.sendall(f"GET /api/data/countries HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
        assert plain.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_body_of_more_than_ten_megabytes_is_refused_before_it_reaches_us(proxy: Proxy) -> None:
    headers = {"Content__Length": str(200 * 1024 * 1024), "Content__Type": "text/csv"}
    assert proxy.ask("/admin/", method="POST", **headers).status == 413


# Framings of a request on which two programs may disagree; what one takes for the body is a request to the other.
FRAMINGS = {
    "two lengths": b"Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "two lengths in one": b"Content-Length: 0, {length}\r\n\r\n{hidden}",
    "a length with a sign": b"Content-Length: +{length}\r\n\r\n{hidden}",
    "a length below zero": b"Content-Length: -1\r\n\r\n{hidden}",
    "a length without end": b"Content-Length: 99999999999999999999\r\n\r\n{hidden}",
    "length and chunks": b"Content-Length: {beyond}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
    "chunks and length": b"Transfer-Encoding: chunked\r\nContent-Length: {beyond}\r\n\r\n0\r\n\r\n{hidden}",
    "another coding": b"Transfer-Encoding: xchunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "two codings": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{hidden}",
    "identity": b"Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n{hidden}",
    "a space before the colon": b"Transfer-Encoding : chunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "a tab in the coding": b"Transfer-Encoding:\x0bchunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "an underscore": b"Transfer_Encoding: chunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "an underscore in the length": b"Content-Length: {length}\r\nContent_Length: 0\r\n\r\n{hidden}",
    "a folded coding": b"Transfer-Encoding:\r\n chunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "a folded length": b"X-A: b\r\n Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "a bare carriage return": b"X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "a NUL": b"X-A: b\0\r\nContent-Length: {length}\r\n\r\n{hidden}",
    "a chunk in C": b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n{hidden}",
    "a chunk with a sign": b"Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n{hidden}",
    "a chunk that overflows": b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n{hidden}",
}


@pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS)
def test_a_request_hidden_in_the_body_of_another_is_none(proxy: Proxy, framing: bytes) -> None:
    """It has a credential, and would switch a country off; but the proxy gives one answer, to the request around it."""
    path = f"/country/{proxy.demo['tenant']}/countries/FR"
    hidden = (
        f"PATCH {path} HTTP/1.1\r\nHost: {NAME}\r\nX-Version: v2\r\nAuthorization: {proxy.bearer}\r\n"
        'Content-Type: application/json\r\nContent-Length: 17\r\n\r\n{"active": false}'
    ).encode()
    for name, value in {b"{length}": len(hidden), b"{beyond}": len(hidden) + 5}.items():
        framing = framing.replace(name, b"%d" % value)
    start = f"POST /web/v1/system/constants/countries HTTP/1.1\r\nHost: {NAME}\r\n".encode()
    said = proxy.send(start + framing.replace(b"{hidden}", hidden))
    [status] = re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", said)
    # The last one is nginx's word for codings that it does not have.
    assert status in {b"400", b"405", b"501"}
    asked = {"Authorization": proxy.bearer, "X__Version": "v2"}
    assert json.loads(proxy.ask(path, **asked).body)["active"] is True
