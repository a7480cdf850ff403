"""What the descriptions say of the wire, one statement a line, so that a change of a contract shows as one.

Words for people are left out. `WRITE_GOLDENS=1 .venv/bin/pytest tests/api_styles/test_openapi_snapshot.py` writes the
snapshots anew; read their diff before you commit it.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.descriptions import loaded, operations, resolved, text_of
from tests.golden import FOLDER
from tests.test_architecture import STYLES

pytestmark = pytest.mark.once

WORDS = {"description", "summary", "title", "example", "examples"}
INSIDE = {"properties", "items", "additionalProperties", "propertyNames", "contentSchema", "oneOf", "required"}


def brief(schema: Any) -> str:
    """Return a schema in a line, what is inside of it aside."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    kinds = schema.get("type", "")
    words = [kinds if isinstance(kinds, str) else "|".join(kinds)]
    if "items" in schema:
        words.append(f"of {brief(schema['items'])}")
    if "oneOf" in schema:
        words.append(" or ".join(map(brief, schema["oneOf"])))
    rest = {name: value for name, value in schema.items() if name not in WORDS | INSIDE | {"type"}}
    words += [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in sorted(rest.items())]
    for keyword in ("additionalProperties", "propertyNames", "contentSchema"):
        if keyword in schema:
            inside = schema[keyword]
            words.append(f"{keyword}({brief(inside) if isinstance(inside, dict) else str(inside).lower()})")
    return " ".join(filter(None, words))


def members(name: str, schema: Any) -> Iterator[str]:
    """Yield a line for a schema and one for each of its properties; an exclamation mark: always there."""
    yield f"{name}: {brief(schema)}"
    for member, value in schema.get("properties", {}).items():
        mark = "!" if member in schema.get("required", ()) else ""
        yield f"{name}.{member}{mark}: {brief(value)}"


def of_response(document: Any, name: str, response: Any) -> Iterator[str]:
    """Yield a line for a response and one for each of its headers; an exclamation mark: always there."""
    bodies = [f"{kind}: {brief(media['schema'])}" for kind, media in response.get("content", {}).items()]
    yield f"{name} {', '.join(bodies) or 'without a body'}"
    for header, described in response["headers"].items():
        one = resolved(document, described)
        yield f"{name} {header}{'!' if one.get('required') else ''}: {brief(one['schema'])}"


def statements(document: Any) -> Iterator[str]:
    """Yield every statement of a document on what goes over the wire; a question mark: empty is as if absent."""
    for path, method, operation in operations(document):
        place = f"{method.upper()} {path}"
        asked = [" + ".join(option) or "nothing" for option in operation.get("security", document["security"])]
        yield f"{place}: {operation['operationId']}, by {' or '.join(asked) or 'anyone'}"
        for parameter in operation["parameters"]:
            mark = "!" if parameter.get("required") else "?" if parameter.get("allowEmptyValue") else ""
            yield f"{place} {parameter['in']} {parameter['name']}{mark}: {brief(parameter['schema'])}"
        for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{place} body {media_type}: {brief(media['schema'])}"
        for status, response in sorted(operation["responses"].items()):
            if "$ref" in response:
                yield f"{place} {status} {response['$ref'].rpartition('/')[2]}"
            else:
                yield from of_response(document, f"{place} {status}", response)
    for name, response in document["components"]["responses"].items():
        yield from of_response(document, name, response)
    for name, schema in document["components"]["schemas"].items():
        yield from members(name, schema)
    for name, scheme in document["components"].get("securitySchemes", {}).items():
        yield f"{name}: {' '.join(value for key, value in scheme.items() if key not in WORDS)}"


@pytest.mark.parametrize("style", sorted(STYLES))
def test_a_description_says_what_it_said(style):
    document = loaded(text_of(style))
    said = "".join(f"{line}\n" for line in statements(document))
    path = FOLDER / "openapi" / f"{style}.txt"
    if os.environ.get("WRITE_GOLDENS") == "1":
        path.write_text(said, encoding="utf-8")
    assert said.splitlines() == path.read_text(encoding="utf-8").splitlines()
