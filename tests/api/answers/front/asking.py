"""What is stored once, and how it is asked for with and without the store."""

import gzip
import re

import brotli
from django.test import Client

from apps.api.answers.store import store

CONSTANTS = {"X-Client-Hash": "abc", "X-LOCALE": "en-US", "User-Agent": "tests", "Accept-Language": "de"}
ORIGIN = "https://www.shop.example"
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}
# What differs from answer to answer.
OWN = {"X-Request-Id", "RateLimit", "RateLimit-Policy"}

# Everything that is stored, once.
PATHS = {
    "constants": "/web/v1/system/constants/countries",
    "workspace": "/web/v1/system/constants/countries",
    "data countries": "/api/data/countries",
    "data subdivisions": "/api/data/countries/PL/subdivisions",
    "widget countries": "/api/countries",
    "widget subdivisions": "/api/countries/PL/subdivisions",
    "country_list": "/v1/country/list?country=PL",
    "countries": "/country/acme/countries?pageSize=300",
    "country": "/country/acme/countries/PL",
    "names": "/country/acme/countries/PL/names",
    "subdivisions": "/country/acme/countries/PL/subdivisions",
    "subdivision": "/country/acme/countries/PL/subdivisions/PL-14",
    "regions": "/country/acme/regions",
    "region": "/country/acme/regions/Europe",
    "configuration": "/configuration/acme/configurations/project_lang",
}
BY_CREDENTIAL = [name for name in PATHS if name not in {"constants", "workspace"}]
OF_A_TENANT = [name for name in BY_CREDENTIAL if "acme" in PATHS[name]]
ONE_OF_EACH_STYLE = ["constants", "data countries", "widget countries", "country_list", "countries"]


def without_time(body: bytes) -> bytes:
    return re.sub(rb'"timestamp":[0-9]+', b"", body)


def lasting(response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name not in OWN}


def as_django_answers(monkeypatch, name, headers, environ=None, **changed):
    """Ask Django alone, with nothing stored."""
    given = headers(name) | {header.replace("_", "-"): value for header, value in changed.items()}
    with monkeypatch.context() as patch:
        patch.setattr(store, "max_bytes", 0)
        return Client(headers={"host": "testserver"}).get(PATHS[name], headers=given, **(environ or {}))
