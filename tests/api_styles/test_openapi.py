"""The OpenAPI document of each style: complete, true to the golden responses, and kept by what the application answers.

Schemathesis makes the requests, valid ones and invalid ones, from the documents alone: every boundary that they name,
and a few at random. With `-m long` it makes more than 2,000 for each operation: all boundaries, 1,000 at random, and
1,000 that are right also in what no description can say, nearly all of which must succeed (`-rP` shows how many).
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import brotli
import jsonschema_rs
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.urls import resolve
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.strategies import one_of, randoms
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from werkzeug.test import Client

from apps.api.errors import Problem
from apps.api.languages import canonical
from apps.api.views import UnknownPathView
from apps.api_keys import secrets
from apps.api_keys.models import Kind, OAuthClient
from apps.geography.names.languages import LANGUAGES
from apps.tenants.models import Tenant
from config.wsgi import application
from tests import descriptions
from tests.api_styles.existing import Existing
from tests.factories import issue_key
from tests.golden import FOLDER
from tests.test_architecture import STYLES, api_routes

TENANT, CLIENT_ID, CLIENT_SECRET = "acme", "schemathesis", secrets.generate("cs").text
# PostgreSQL refuses more than SQLite does, such as numbers that are too large: that half of the suite tries more, and
# enough to have success with every operation.
IS_FULL = connection.vendor == "postgresql"
SHORT, BOUNDARIES = (6, 12) if IS_FULL else (4, 8)
# For the few operations of which none of these is right.
FURTHER = 3
LONG = 1_000
RIGHT_SHARE = 0.95
# Of a style whose every answer is a list of whole countries, which takes long to build and longer to compare.
FEW_BOUNDARIES = {"rest_countries": BOUNDARIES // 3}
SUCCESSES = {200, 204, 207}
UNMODIFIED = 304
DECODERS = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}

Ask = Callable[[Any], int]

# What random requests would hardly ever name, drawn in half of them; an OAuth2 client is right or wrong as a whole.
WORDS = {
    "path.country": ["US", "fr", "AQ"],
    "path.countryCode": ["PL", "us", "AQ"],
    "path.subdivisionCode": ["PL-14", "us-ca"],
    "path.regionCode": ["Europe"],
    "header.Accept-Language": ["fr-CH, fr;q=0.9", "*", "zh-TW", "ar"],
    "header.If-Match": ["*"],
    "body.city": ["Paris", "Springfield"],
    "body.country": ["US", "FR"],
    "body.client_id": [CLIENT_ID],
    "body.client_secret": [CLIENT_SECRET],
    "query.tenant": [TENANT],
    "query.client_id": [CLIENT_ID],
    "path.state": ["14", "CA"],
    "path.code": ["PL", "usa", "752"],
    "query.codes": ["se,NO", "246"],
    "path.name": ["poland", "united"],
    "path.currency": ["eur", "dollar"],
    "path.demonym": ["swedish"],
    "path.lang": ["spa", "Spanish"],
    "path.capital": ["warsaw"],
    "path.region": ["europe"],
    "path.subregion": ["Northern Europe"],
    "path.translation": ["Polen"],
}
CONFIGURATION = {
    "generation": {
        "with-security-parameters": False,
        # NUL is well-formed JSON and UTF-8, and refused by contract; no schema can say so of every string.
        "allow-x00": False,
    },
    # What is tried must not change with every line of the application.
    "analysis": {"constants": {"enabled": False}},
    "dictionaries": {name: {"values": values} for name, values in WORDS.items()},
    "parameters": {
        name: {"dictionary": name, "probability": 1.0 if name.startswith("body.client_") else 0.5} for name in WORDS
    },
    "checks": {
        "negative_data_rejection": {"expected-statuses": [400, 403, 404, 405, 412, 413, 415, 422]},
        "positive_data_acceptance": {"expected-statuses": ["2xx", 304, 404, 409, 412, 422]},
    },
    "operations": [
        {
            # Only whether the client exists makes its id and secret right.
            "include-operation-id": ["issueToken", "loginAnonymously", "refreshAnonymousLogin"],
            "checks": {"positive_data_acceptance": {"expected-statuses": [200, 401]}},
        },
        {
            # No schema can say which characters nobody sees.
            "include-operation-id": "changeNames",
            "checks": {"positive_data_acceptance": {"expected-statuses": [204, 400, 404, 412]}},
        },
        {
            # No schema can say which texts the server has given for `since`, nor since when changes are known.
            "include-operation-id": "listChanges",
            "checks": {"positive_data_acceptance": {"expected-statuses": [200, 304, 400]}},
        },
        {
            # What is wrong with one change of a list is said in the result of that change.
            "include-operation-id": ["switchCountries", "switchSubdivisions"],
            "checks": {"negative_data_rejection": {"expected-statuses": [207, 400, 403, 404, 412, 413, 415]}},
        },
    ],
}


def described(style: str) -> Any:
    """Return the document of a style as schemathesis reads it, with the tests' tenant for every other."""
    document = descriptions.loaded(descriptions.text_of(style))
    for name in {"Tenant", "EmporixTenant"} & document["components"].get("parameters", {}).keys():
        # The header may be empty besides.
        allowed = [TENANT, ""] if name == "EmporixTenant" else [TENANT]
        document["components"]["parameters"][name]["schema"] = {"enum": allowed}
    for _, _, operation in descriptions.operations(document):
        form = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded")
        if form:
            # A form has nothing but text. Generators of clients do not take a document that says so of other fields.
            descriptions.resolved(document, form["schema"])["additionalProperties"] = {"type": "string"}
    for parameter in document["components"].get("parameters", {}).values():
        pattern = parameter.get("schema", {}).get("pattern", "")
        if "(,(" in pattern:
            # Of words of some length, and just as long as is allowed: sought in vain, for half of all the time.
            del parameter["schema"]["maxLength"]
            # Of three words none is too long.
            parameter["schema"]["pattern"] = pattern.replace("))*$", ")){0,2}$")
        if "{0,256}" in pattern:
            # Lists of long texts take a hundred times as long to make up as to answer;
            # `tests/api_styles/tenant_countries/test_lists.py` tries how long they may be.
            parameter["schema"] = {"type": "string"}
        if parameter.get("allowEmptyValue"):
            parameter["schema"] = {"anyOf": [parameter["schema"], {"type": "string", "const": ""}]}
    loaded = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(CONFIGURATION))
    loaded.app = application
    return loaded


DOCUMENTS = {style: described(style) for style in sorted(STYLES)}


def operations() -> list[Any]:
    """Return the operations of every document."""
    return [result.ok() for document in DOCUMENTS.values() for result in document.get_all_operations()]


def label(operation: Any) -> str:
    """Return what a test of the operation is called."""
    return operation.label


def view_of(operation: Any) -> Any:
    """Return what the URL conf has at the path of an operation."""
    return resolve(re.sub(r"{\w+}", "x", operation.path))


def validator(document: Any, schema: dict[str, Any]) -> Any:
    """Return what checks JSON against a schema that may refer to the document's components."""
    return jsonschema_rs.Draft202012Validator(schema | {"components": document["components"]})


def test_every_route_and_method_is_described_and_no_other():
    described = {(view_of(operation).route, operation.method.upper()) for operation in operations()}
    served = {
        (route, method.upper()) for route, view in api_routes() for method in getattr(view, "actions", None) or ()
    }
    assert described == {(route, method) for route, method in served if method != "HEAD"}


def test_what_is_not_described_is_an_unknown_path():
    others = [view.cls for _, view in api_routes() if not getattr(view, "actions", None)]
    assert others
    assert all(issubclass(cls, UnknownPathView) for cls in others)


def test_the_languages_described_are_those_that_there_are():
    described = DOCUMENTS["tenant_countries"].raw_schema["components"]["schemas"]["Language"]["enum"]
    assert sorted(described) == sorted(map(canonical, LANGUAGES))


def schema_of(path: Path) -> str:
    """Return the name of the schema that describes a golden response, or each row of it."""
    match path.parent.name, path.name.partition("-")[0]:
        case "data", kind:
            return {"countries": "Country", "subdivisions": "Subdivision"}[kind]
        case "tenant_countries", kind:
            return {"countries": "Country", "country": "Country", "regions": "Region", "region": "Region"}[kind]
        case "search", kind:
            return {"search": "Places", "nearest": "Cities"}[kind]
        case "rest_countries", _:
            return "Country"
        case "csc", kind:
            return {"countries": "CountryRow", "states": "StateRow"}[kind.removesuffix(".json")]
        case _:
            return "Countries"


def golden(path: Path) -> Iterator[Any]:
    """Yield a golden response, or each row of it where it is a list."""
    body = json.loads(path.read_text(encoding="utf-8"))
    if path.parent.name == "data":
        # The file has an answer for each language, without the moment of the import.
        moment = {"updated_at": "2026-01-01T00:00:00.000000Z"}
        yield from (row | moment for rows in body.values() for row in rows)
    elif isinstance(body, list):
        yield from body
    else:
        yield body


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in parsed JSON; of a list only those in its first item."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from objects(member)
    elif isinstance(value, list) and value:
        yield from objects(value[0])


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(FOLDER.glob("*/*.json")) if any(golden(path))],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_a_golden_response_is_as_described_and_with_another_member_it_is_not(path):
    reference = {"$ref": f"#/components/schemas/{schema_of(path)}"}
    schema = validator(DOCUMENTS[path.parent.name].raw_schema, reference)
    first, *others = golden(path)
    for body in (first, *others):
        schema.validate(body)
    for part in list(objects(first)):
        part["unheard-of"] = 0
        assert not schema.is_valid(first)
        del part["unheard-of"]


def errors_of(operation: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (status, schema of the body) of each error that is described for an operation, save verdicts."""
    document = operation.schema.raw_schema
    for status, response in operation.definition.raw["responses"].items():
        if status >= "400" and status != "422":
            name = response.get("$ref", "").rpartition("/")[2]
            found = document["components"]["responses"][name] if name else response
            yield int(status), found["content"]["application/json"]["schema"]


@pytest.mark.parametrize("operation", operations(), ids=label)
def test_every_error_has_the_body_that_is_described(operation, rf):
    view = view_of(operation).func.cls
    for status, schema in errors_of(operation):
        is_of_client = operation.path.endswith("/token") or "/anonymous/" in operation.path
        code = "invalid_client" if status == 401 and is_of_client else "code"
        context = {"request_id": "x"} | ({"entity_id": "XX"} if status == 404 else {})
        context |= {"oauth_error": code} if code == "invalid_client" else {}
        body = view.envelope(Problem(status, code, "A sentence.", context=context), rf.get("/"))
        validator(operation.schema.raw_schema, schema).validate(body)


@pytest.fixture
def credentials(tenant: Tenant) -> dict[str, dict[str, str]]:
    """Return the headers of a client of the tenant, by the schemes of the descriptions."""
    tenant.allows_anonymous = True
    tenant.save()
    client, _ = OAuthClient.objects.issue(tenant, "schemathesis", client_id=CLIENT_ID)
    client.client_secret = CLIENT_SECRET
    client.save()
    bearer = {"Authorization": f"Bearer {issue_key(tenant)}"}
    public = {"X-API-KEY": issue_key(tenant, Kind.PUBLIC)}
    return {
        "privateKey": bearer,
        "bearer": bearer,
        "publicKey": public,
        "cscKey": {"X-CSCAPI-KEY": public["X-API-KEY"]},
    }


@pytest.fixture
def ask(credentials: dict[str, dict[str, str]]) -> Iterator[Ask]:
    """Return a function that sends a request as a client of the tenant, checks the answer and returns its status."""

    def ask(case: Any) -> int:
        asked = case.operation.definition.raw.get("security", case.operation.schema.raw_schema["security"])
        headers = next((credentials[name] for option in asked for name in option if name in credentials), {})
        response = case.call(headers=headers)
        response.content = DECODERS[response.headers.get("content-encoding", ["identity"])[0]](response.content)
        case.validate_response(response, headers=headers)
        return response.status_code

    # At either end of a request, a connection in a transaction, as that of a test is, would be closed.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield ask
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def existing(tenant: Tenant, credentials: dict[str, dict[str, str]]) -> Existing:
    """Return what makes requests right."""
    client = Client(application)
    schemes = {"/csc/": "cscKey", "/api/countries/": "publicKey"}

    def get(path: str) -> Any:
        scheme = next((scheme for prefix, scheme in schemes.items() if path.startswith(prefix)), "bearer")
        answer = client.get(path, headers=credentials[scheme] | {"X-Version": "v2"})
        assert answer.status_code == 200, path
        return answer

    known = {"tenant": TENANT, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return Existing(get, known | {"X-Workspace-Id": tenant.workspace_id})


def try_boundaries(operation: Any, ask: Ask, *, count: int | None = None) -> set[int]:
    """Send a request on either side of each boundary that the description names; return the statuses.

    With `count` it sends about as many, from all over them.
    """
    modes, options = list(GenerationMode), operation.schema.config.generation
    cases = operation.schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=options)
    found = list(cases)
    return {ask(case) for case in found[:: max(1, len(found) // count) if count else 1]}


def try_at_random(operation: Any, ask: Ask, *, start: int, count: int) -> set[int]:
    """Send `count` requests, as described and otherwise, that depend on `start` alone; return the statuses."""
    statuses = set()

    @seed(start)
    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))
    def run(case: Any) -> None:
        statuses.add(ask(case))

    run()
    return statuses


def try_right(operation: Any, ask: Ask, existing: Existing, *, count: int) -> Counter[int]:
    """Send `count` requests that are right in every respect; return how many were answered by each status."""
    statuses: Counter[int] = Counter()

    @seed(0)
    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE), randoms(use_true_random=False))
    def run(case: Any, draw: Random) -> None:
        existing.put_into(case, draw)
        statuses[ask(case)] += 1

    run()
    return statuses


@pytest.mark.parametrize("operation", operations(), ids=label)
def test_an_operation_is_what_its_description_says(operation, ask, existing):
    style = next(style for style, document in DOCUMENTS.items() if document is operation.schema)
    count = FEW_BOUNDARIES.get(style, BOUNDARIES)
    statuses = try_boundaries(operation, ask, count=count) | try_at_random(operation, ask, start=0, count=SHORT)
    if IS_FULL and not statuses & SUCCESSES:
        assert try_right(operation, ask, existing, count=FURTHER).keys() & SUCCESSES


@pytest.mark.long
@pytest.mark.parametrize("operation", operations(), ids=label)
def test_an_operation_is_what_its_description_says_at_every_boundary(operation, ask):
    assert try_boundaries(operation, ask) & SUCCESSES


@pytest.mark.long
@pytest.mark.parametrize("operation", operations(), ids=label)
def test_an_operation_is_what_its_description_says_at_length(operation, ask):
    # That some succeed is seen below: of a token at random nothing can be.
    assert try_at_random(operation, ask, start=1, count=LONG)


@pytest.mark.long
@pytest.mark.parametrize("operation", operations(), ids=label)
def test_what_is_right_succeeds(operation, ask, existing):
    statuses = try_right(operation, ask, existing, count=LONG)
    share = sum(number for status, number in statuses.items() if status in SUCCESSES | {UNMODIFIED}) / statuses.total()
    print(f"{operation.label}: {share:.1%} of {statuses.total()} {dict(statuses)}")
    assert share >= RIGHT_SHARE
