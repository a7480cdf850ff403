"""How many of our files one request enters: `python -m tests.benchmarks.files`, on the database of DATABASE_URL.

The database is one that quickstart has filled. Whoever follows a request through the code opens these files; `--names`
prints them.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django.setup()

from apps.api.answers.store import store  # noqa: E402
from apps.api_keys.models import ApiKey, Kind  # noqa: E402
from apps.tenants.models import Tenant  # noqa: E402
from config.wsgi import application  # noqa: E402
from tests.benchmarks import asks  # noqa: E402
from tests.benchmarks.load import Ask  # noqa: E402
from tests.entered import entered  # noqa: E402


def send(ask: Ask) -> None:
    """Make a request of the WSGI application, as a server does."""
    path, _, query = ask.path.partition("?")
    body = (ask.body or "").encode()
    environ = {
        "REQUEST_METHOD": ask.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    for name, text in ask.headers.items():
        variable = name.upper().replace("-", "_")
        environ[variable if variable == "CONTENT_TYPE" else f"HTTP_{variable}"] = text
    statuses: list[str] = []
    response: Any = application(environ, lambda status, headers, error=None: statuses.append(status))
    for _ in response:
        pass
    getattr(response, "close", lambda: None)()
    if not statuses[0].startswith(str(ask.status)):
        raise SystemExit(f"{ask.method} {ask.path} answered {statuses[0]}.")


def rows(tenant: Tenant, key: str) -> Iterator[tuple[str, Callable[[], None], Ask]]:
    """Yield each kind of request: its name, what has to happen before, and what is asked."""
    patch, _ = asks.switch(tenant.code, key)
    for name, ask in asks.lists(tenant.code, key).items():
        yield f"{name}, cold", store.clear, ask
        yield f"{name}, warm", lambda: None, ask
    yield "PATCH", lambda: None, patch


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.files", description=__doc__)
    parser.add_argument("--names", action="store_true", help="Print the names of the files, too.")
    options = parser.parse_args()
    tenant = Tenant.objects.select_related("plan").first()
    if tenant is None:
        raise SystemExit("The database is empty: run quickstart first.")
    row, key = ApiKey.objects.issue(tenant, Kind.PRIVATE)
    try:
        for name, before, ask in rows(tenant, key):
            # Whatever a process does once is done: modules are imported, credentials known.
            send(ask)
            before()
            with entered() as files:
                send(ask)
            print(f"{name:<24}{len(files):>4}")
            if options.names:
                print(*(f"    {file}" for file in sorted(files)), sep="\n")
    finally:
        ApiKey.objects.filter(pk=row.pk).delete()


if __name__ == "__main__":
    main()
