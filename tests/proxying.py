"""nginx as `config/deploy/nginx.conf` has it, with TLS, before production's settings."""

import http.client
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config.settings.secrets import development_secrets
from tests.databases import ROOT, database_for
from tests.serving import Answer, environment_of, free_port, started, with_demo

NAME = "gazetteer.example"
# An address of loopback that may read metrics; the proxy itself has 127.0.0.1.
ALLOWED = "127.0.0.3"
PROGRAMS = ("nginx", "openssl")

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
    # The process of the server behind it.
    behind: int

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


@contextmanager
def proxied(folder: Path, *options: str) -> Iterator[Proxy]:
    """Run both on a database of their own, with options of granian's."""
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
    with (
        database_for("proxy", template) as url,
        started(environment_of(url) | variables, *options) as (behind, pid),
        in_front_of(behind, folder) as (port, context),
    ):
        yield Proxy(port, context, demo, pid)


@contextmanager
def in_front_of(behind: int, folder: Path) -> Iterator[tuple[int, ssl.SSLContext]]:
    """Run nginx before whoever listens there, and yield its port and what its certificate is checked by."""
    # nginx's workers are somebody else.
    folder.chmod(0o755)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subprocess.run(
        [*make, "-subj", f"/CN={NAME}", "-out", certificate, "-keyout", key], check=True, capture_output=True
    )
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(AROUND.format(folder=folder, site=site(port, behind, certificate, key)))
    nginx = subprocess.Popen(["nginx", "-p", folder, "-c", configuration])
    try:
        context = ssl.create_default_context(cafile=str(certificate))
        context.check_hostname = False
        listening(port)
        yield port, context
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
