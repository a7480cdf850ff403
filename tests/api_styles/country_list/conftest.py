"""A partner that asks for states and cities."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from apps.geography.names import naming

PATH = "/v1/country/list"

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def _names(db: None) -> Iterator[None]:
    """Take back the names that were read: a rolled-back transaction gives its revision to the next test."""
    list(naming.ranks(""))
    held = dict(naming._held)
    yield
    naming._held.update(held)


@pytest.fixture
def ask(client: Client, secret: str) -> Ask:
    """Ask for a country with the tenant's private key; keyword arguments replace headers (None leaves one out)."""

    def ask(country: str | None = None, path: str = PATH, method: str = "GET", **headers: str | None) -> Any:
        given = {"Authorization": f"Bearer {secret}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        query = "" if country is None else "?" + urlencode({"country": country})
        return client.generic(
            method, path + query, headers={name: value for name, value in given.items() if value is not None}
        )

    return ask


def error(response: Any) -> dict[str, str]:
    """Return the error object, which 403 and 404 write as a string of JSON."""
    value = response.json()["error"]
    assert isinstance(value, str) == (response.status_code in {403, 404})
    return json.loads(value) if isinstance(value, str) else value
