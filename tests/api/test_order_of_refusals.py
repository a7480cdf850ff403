"""When two things are wrong, the one that comes first in the contracts is said."""

import json
from collections.abc import Callable
from itertools import combinations

import pytest
from django.test import Client

from apps.api_keys.models import ApiKey
from apps.tenants.models import Plan, Tenant
from tests.factories import issue_key

Request = dict[str, object]


def wrong_host(request: Request) -> None:
    request["Host"] = "elsewhere.example"


def no_credential(request: Request) -> None:
    request["Authorization"] = None


def used_up_limit(request: Request) -> None:
    Plan.objects.update(requests_per_minute=0)


def foreign_address(request: Request) -> None:
    ApiKey.objects.update(networks=["192.0.2.0/24"])


def foreign_tenant(request: Request) -> None:
    request["tenant"] = "globex"


def missing_scope(request: Request) -> None:
    request["Authorization"] = f"Bearer {issue_key(Tenant.objects.get(code='acme'), scopes=[])}"


def wrong_method(request: Request) -> None:
    request["method"] = "PUT"


def missing_header(request: Request) -> None:
    request["X-Version"] = None


def unknown_country(request: Request) -> None:
    request["country"] = "ZZ"


def large_body(request: Request) -> None:
    request["padding"] = " " * 70_000


def wrong_media_type(request: Request) -> None:
    request["type"] = "text/plain"


def unknown_member(request: Request) -> None:
    request["body"] = {**request["body"], "colour": "red"}


def stale_tag(request: Request) -> None:
    request["If-Match"] = '"9-0"'


def stale_version(request: Request) -> None:
    request["body"] = {**request["body"], "metadata": {"version": 9}}


# In the order of the contracts, with the status of each and words of its own.
FAULTS: list[tuple[Callable[[Request], None], int, str]] = [
    (wrong_host, 400, "The request is malformed"),
    (no_credential, 401, "InvalidAccessToken"),
    (used_up_limit, 429, "Too Many Requests"),
    (foreign_address, 403, '"details":[]'),
    (foreign_tenant, 403, '"details":[]'),
    (missing_scope, 403, "missing scope"),
    (wrong_method, 405, "Method Not Allowed"),
    (missing_header, 400, "X-Version"),
    (unknown_country, 404, "Not Found"),
    (large_body, 413, "64 KiB"),
    (wrong_media_type, 415, "must be application/json"),
    (unknown_member, 400, "members"),
    (stale_tag, 412, "Precondition Failed"),
    (stale_version, 409, "already changed"),
]
# The methods that are not there need no scope.
IMPOSSIBLE = {(missing_scope, wrong_method)}


def send(secret: str, *faults: Callable[[Request], None]) -> tuple[int, str]:
    request: Request = {
        "method": "PATCH",
        "tenant": "acme",
        "country": "PL",
        "body": {"active": True},
        "type": "application/json",
        "Authorization": f"Bearer {secret}",
        "X-Version": "v2",
    }
    # The later first: an earlier fault may replace what a later one has put there.
    for fault in reversed(faults):
        fault(request)
    names = ("Host", "Authorization", "X-Version", "If-Match")
    response = Client().generic(
        str(request["method"]),
        f"/country/{request['tenant']}/countries/{request['country']}",
        json.dumps(request["body"]) + str(request.get("padding", "")),
        content_type=str(request["type"]),
        headers={name: request[name] for name in names if request.get(name) is not None},
    )
    return response.status_code, response.content.decode()


@pytest.mark.parametrize(("fault", "status", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_each_fault_alone_has_its_status(tenant, secret, fault, status, words):
    answered, body = send(secret, fault)
    assert answered == status
    assert words in body


def test_without_a_fault_the_request_succeeds(tenant, secret):
    assert send(secret) == (204, "")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [pair for pair in combinations(FAULTS, 2) if (pair[0][0], pair[1][0]) not in IMPOSSIBLE],
    ids=lambda fault: fault[0].__name__,
)
def test_of_two_faults_the_earlier_is_said(tenant, secret, earlier, later):
    answered, body = send(secret, earlier[0], later[0])
    assert answered == earlier[1]
    assert earlier[2] in body
