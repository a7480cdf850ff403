"""A front end that asks for country constants."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

PATH = "/web/v1/system/constants/countries"
HEADERS = {"X-Client-Hash": "f1e2d3", "X-LOCALE": "en-US", "User-Agent": "Browser/1.0", "Accept-Language": "en"}

Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client, db: None) -> Ask:
    """Ask with the required headers; keyword arguments replace them (None leaves one out)."""

    def ask(path: str = PATH, method: str = "GET", **headers: str | None) -> Any:
        given = HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
        return client.generic(method, path, headers={name: value for name, value in given.items() if value is not None})

    return ask
