"""Every example of every style's description: one of a request is sent, one of a value is held to its schema.

A request is answered with success, one whose name begins with "wrong" with an error of the operation; either body is
as described.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest

from apps.api_keys.models import Kind, OAuthClient
from apps.tenants.models import Tenant
from tests.api_styles.test_openapi import TENANT, validator
from tests.descriptions import loaded, text_of
from tests.factories import issue_key
from tests.front import FrontClient
from tests.test_architecture import STYLES

pytestmark = pytest.mark.once

DOCUMENTS = {style: loaded(text_of(style)) for style in sorted(STYLES)}
METHODS = ("get", "head", "post", "put", "patch", "delete")
WRONG = "wrong"


class Example(NamedTuple):
    """A request: the values of its parameters, as (place, name) has them, and its body."""

    style: str
    path: str
    method: str
    name: str
    parameters: dict[tuple[str, str], Any]
    media_type: str = ""
    body: Any = None


def followed(document: Any, node: Any) -> Any:
    """Return what a reference refers to, or the node itself."""
    for part in node.get("$ref", "#").split("/")[1:]:
        document = document[part]
    return document if "$ref" in node else node


def values(node: Any) -> dict[str, Any]:
    """Return the examples of a parameter or body by name."""
    named = {name: example["value"] for name, example in node.get("examples", {}).items()}
    return named | ({"example": node["example"]} if "example" in node else {})


def usual(parameter: Any) -> Any:
    """Return a value for a parameter that another example needs besides; None where the description has none."""
    schema = parameter["schema"]
    return next(iter(values(parameter).values()), next(iter(schema.get("enum", [])), None))


def requests() -> Iterator[Example]:
    """Yield a request for each example of a parameter and of a body."""
    for style, document in DOCUMENTS.items():
        for path, item in document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield from requests_of(style, path, method, item)


def requests_of(style: str, path: str, method: str, item: Any) -> Iterator[Example]:
    """Yield the requests of one operation; none where it needs what the description gives no example of."""
    document, operation = DOCUMENTS[style], item[method]
    described = [*item.get("parameters", []), *operation.get("parameters", [])]
    found = [followed(document, parameter) for parameter in described]
    base = {(each["in"], each["name"]): usual(each) for each in found if each.get("required")}
    if None in base.values():
        return
    content = followed(document, operation.get("requestBody", {})).get("content", {})
    bodies = [(media, name, body) for media, each in content.items() for name, body in values(each).items()]
    for media, name, body in bodies:
        yield Example(style, path, method, f"{media} {name}", base, media, body)
    if not content or bodies:
        media, _, body = bodies[0] if bodies else ("", "", None)
        for parameter in found:
            place = parameter["in"], parameter["name"]
            for name, value in values(parameter).items():
                yield Example(style, path, method, f"{place[1]} {name}", base | {place: value}, media, body)


def label(example: Example) -> str:
    """Return what the test of a request is called."""
    return f"{example.style} {example.method.upper()} {example.path} {example.name}"


REQUESTS = list(requests())


def schemas_with_examples(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (schema, example) for all that stand below a node of a description."""
    if isinstance(node, list):
        for each in node:
            yield from schemas_with_examples(each)
    elif isinstance(node, dict):
        schema = node.get("schema", node)
        yield from ((schema, value) for value in values(node).values() if set(schema) & {"type", "$ref", "oneOf"})
        for name, each in node.items():
            if name not in {"example", "examples"}:
                yield from schemas_with_examples(each)


@pytest.mark.parametrize("style", DOCUMENTS)
def test_an_example_of_a_value_is_as_its_schema_says(style: str) -> None:
    found = list(schemas_with_examples(DOCUMENTS[style]))
    assert found
    for schema, value in found:
        validator(DOCUMENTS[style], schema).validate(value)


@pytest.fixture
def headers(tenant: Tenant) -> dict[str, dict[str, str]]:
    """Return the headers of each security scheme, for the tenant and the client that the examples name."""
    tenant.allows_anonymous = True
    tenant.save()
    assert tenant.code == TENANT
    for example in REQUESTS:
        client_id = example.parameters.get(("query", "client_id"))
        if client_id and not OAuthClient.objects.filter(client_id=client_id).exists():
            OAuthClient.objects.issue(tenant, "examples", client_id=client_id)
    bearer = {"Authorization": f"Bearer {issue_key(tenant)}"}
    return {
        "privateKey": bearer,
        "bearer": bearer,
        "publicKey": {"X-API-KEY": issue_key(tenant, Kind.PUBLIC)},
        "cscKey": {"X-CSCAPI-KEY": issue_key(tenant)},
    }


@pytest.mark.parametrize("example", REQUESTS, ids=label)
def test_an_example_of_a_request_is_answered_as_described(
    example: Example, client: FrontClient, headers: dict[str, dict[str, str]]
) -> None:
    document = DOCUMENTS[example.style]
    operation = document["paths"][example.path][example.method]
    path, query, sent = example.path, {}, {}
    for (place, name), value in example.parameters.items():
        if place == "path":
            path = path.replace(f"{{{name}}}", quote(str(value)))
        elif place == "query":
            query[name] = value
        else:
            sent[name] = str(value)
    schemes = operation.get("security", document.get("security", []))
    sent |= next((headers[name] for option in schemes for name in option if name in headers), {})
    response = client.generic(
        example.method.upper(),
        f"{path}?{urlencode(query)}" if query else path,
        "" if example.body is None else json.dumps(example.body),
        content_type=example.media_type or "application/octet-stream",
        headers=sent,
    )
    is_wrong = example.name.rpartition(" ")[2].startswith(WRONG)
    assert (400 <= response.status_code < 500) if is_wrong else (200 <= response.status_code < 300), response.content
    described = followed(document, operation["responses"][str(response.status_code)])
    if content := described.get("content"):
        schema = content["application/json"]["schema"]
        validator(document, schema).validate(json.loads(response.content))
    else:
        assert not response.content
