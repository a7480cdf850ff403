"""A running server with data and demo credentials, as a newcomer gets it from quickstart."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from config.settings.secrets import development_secrets
from tests.databases import DATA, FOLDER, OWN, ROOT, database_for, databases, kept, with_data

CREDENTIALS = FOLDER / f"{OWN}_demo.json"
MAKE_DEMO = """
import json
from dataclasses import asdict
from apps.quickstart.demo import renew
print(json.dumps(asdict(renew("http://127.0.0.1:8000"))))
"""


@dataclass(frozen=True)
class Answer:
    """A response: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the parsed body."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A server that listens on loopback, its demo credentials, and the environment it runs in."""

    port: int
    demo: dict[str, str]
    environment: dict[str, str]

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """Send one request; underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(self.url + path, data=body, headers=named, method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=60) as response:  # noqa: S310
                return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())

    def send(self, raw: bytes, timeout: float = 10) -> bytes:
        """Send raw bytes on a connection of their own and return all that comes back until it closes."""
        received = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            connection.sendall(raw)
            try:
                while block := connection.recv(65536):
                    received += block
            except (TimeoutError, ConnectionResetError):
                pass
        return received


def free_port() -> int:
    """Return a port of loopback on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(environment: dict[str, str], *, workers: int = 1) -> Iterator[int]:
    """Run the production server and yield its port; it is stopped at the end."""
    with started(environment, "--workers", str(workers)) as (port, _):
        yield port


@contextmanager
def started(environment: dict[str, str], *options: str) -> Iterator[tuple[int, int]]:
    """Run the production server with options of granian's, yield its port and its process's id, and stop it."""
    port = free_port()
    granian = Path(sys.executable).with_name("granian")
    command = [granian, "--interface", "wsgi", "--http", "1", "--blocking-threads", "4", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--workers-kill-timeout", "20", *options, "config.wsgi:application"],
        cwd=ROOT,
        env=os.environ | environment,
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def serving(purpose: str, **variables: str) -> Iterator[Server]:
    """Serve a database of its own, in which quickstart has made its demo; under these variables, the database too."""
    template, demo = with_demo()
    with database_for(purpose, template) as url:
        environment = environment_of(url) | variables
        if variables:
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=os.environ | environment, check=True
            )
        with running(environment) as port:
            yield Server(port, demo, environment)


def with_demo() -> tuple[str, dict[str, str]]:
    """Return the name of the database in which quickstart's demo was made, and the demo's credentials."""
    data = with_data()
    # The demo's keys are good for these secrets.
    development_secrets(ROOT / "var" / "secrets.json")

    def make(name: str) -> None:
        databases().create(name, data)
        CREDENTIALS.write_text(_demo(environment_of(databases().url(name))))

    name = kept("demo", [*DATA, "apps/quickstart", "var/secrets.json"], make, CREDENTIALS)
    return name, json.loads(CREDENTIALS.read_text())


def environment_of(url: str) -> dict[str, str]:
    """Return the variables of a server, as the served quickstart has them, on the database of a URL."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": url,
        # As the served quickstart has it.
        "REST_COUNTRIES_TENANT": "demo",
        # All of the four: tests ask as one tenant as fast as they can, and have the share where it is what they try.
        "THREADS_PER_TENANT": "4",
    }


def _demo(environment: dict[str, str]) -> str:
    """Make the demo as quickstart does when the data is there, and return its credentials, as JSON."""
    made = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", MAKE_DEMO],
        cwd=ROOT,
        env=os.environ | environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return made.stdout


if __name__ == "__main__":
    with_demo()
