"""Every style as its clients call it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponse

from tests.test_architecture import STYLES as FOLDERS


@dataclass(frozen=True)
class Style:
    """How a style's first list is called, and where its errors are.

    error: picks the error's code out of a parsed body. prefix: a path below which the style answers everything.
    by_language: whether Accept-Language shapes it. takes_slash: whether a path may end in one.
    """

    name: str
    path: str
    prefix: str
    error: Callable[[Any], str]
    codes: Callable[[Any], list[str]]
    headers: Mapping[str, str] = field(default_factory=dict)
    needs_credential: bool = True
    by_language: bool = True
    takes_slash: bool = False


def nested(body: Any) -> dict[str, Any]:
    """Return the error object of country_list, which is a JSON string for 403 and 404."""
    import json

    error = body["error"]
    return json.loads(error) if isinstance(error, str) else error


def fault_or_status(body: Any) -> str:
    """Return what identifies an error of tenant_countries."""
    return body["fault"]["detail"]["errorcode"] if "fault" in body else body["status"]


EVERY_STYLE = [
    Style(
        "constants",
        "/web/v1/system/constants/countries",
        "/web/",
        error=lambda body: body["code"],
        codes=lambda body: [row["code"] for row in body["data"]],
        headers={"X-Client-Hash": "abc", "X-LOCALE": "en-US", "User-Agent": "tests", "Accept-Language": "en"},
        needs_credential=False,
    ),
    Style(
        "data",
        "/api/data/countries",
        "/api/",
        error=lambda body: body["error"],
        codes=lambda body: [row["iso_alpha_2"] for row in body],
    ),
    Style(
        "search",
        "/api/search?q=p&types=country&limit=50",
        "/api/search/",
        error=lambda body: body["error"],
        codes=lambda body: [row["id"] for row in body["results"]],
    ),
    Style(
        "country_list",
        "/v1/country/list?country=PL",
        "/v1/",
        error=lambda body: nested(body)["code_reason"],
        codes=lambda body: [row["code"] for row in body["data"]["countries"]],
    ),
    Style(
        "tenant_countries",
        "/country/acme/countries?pageSize=300",
        "/country/",
        error=fault_or_status,
        codes=lambda body: [row["code"] for row in body],
        headers={"X-Version": "v2"},
    ),
    Style(
        "rest_countries",
        "/v3.1/all",
        "/v3.1/",
        error=lambda body: str(body["status"]),
        codes=lambda body: [row["cca2"] for row in body],
        by_language=False,
        takes_slash=True,
    ),
    Style(
        "csc",
        "/csc/v1/countries",
        "/csc/",
        error=lambda body: body["error"],
        codes=lambda body: [row["iso2"] for row in body],
        by_language=False,
        takes_slash=True,
    ),
]
# A style may be deleted with its folder.
STYLES = [style for style in EVERY_STYLE if style.name in FOLDERS]


@pytest.fixture(params=STYLES, ids=lambda style: style.name)
def style(request: pytest.FixtureRequest) -> Style:
    """Each style in turn."""
    return request.param


@pytest.fixture
def ask(client: Any, secret: str) -> Callable[..., HttpResponse]:
    """Return a function that calls a style as one of its clients with the tenant's private key.

    `headers` are added to the usual ones; a header given as None is left out.
    """

    def call(style: Style, path: str = "", *, method: str = "GET", **headers: str | None) -> HttpResponse:
        given = {**style.headers, **({"Authorization": f"Bearer {secret}"} if style.needs_credential else {})}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return client.generic(
            method, path or style.path, headers={name: value for name, value in given.items() if value is not None}
        )

    return call
