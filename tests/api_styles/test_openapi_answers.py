"""Every answer that a description names is given: each status of each operation is provoked.

Its headers are those described and no others, its body fits the schema, and what is answered is the example.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import OperationalError
from django.urls import resolve

from apps.api_keys.models import Kind, OAuthClient
from tests.api_styles.test_openapi import validator
from tests.descriptions import loaded, operations, resolved, text_of
from tests.factories import issue_key
from tests.test_architecture import STYLES

pytestmark = pytest.mark.once

# What every answer may have, whatever it is an answer to (RFC 9110), and what guards browsers.
OF_HTTP = {"content-type", "content-length", "vary"}
OF_SECURITY = {"x-content-type-options", "referrer-policy", "cross-origin-opener-policy", "x-frame-options"}
OF_CORS = {"access-control-allow-origin", "access-control-expose-headers"}
UNKNOWN = {
    "country": "ZZ",
    "countryCode": "ZZ",
    "subdivisionCode": "PL-ZZZZ",
    "regionCode": "Nowhere",
    "key": "other",
    "code": "ZZ",
    "state": "ZZZ",
}
INVALID = {
    "validateCountry": {"code": "USA"},
    "validateSubdivision": {"code": "US-XX", "country": "US"},
    "validateCity": {"city": "Nowhereville", "country": "US"},
}
ORIGIN = "https://shop.example"


@dataclass(frozen=True)
class Ask:
    """A request, by the parts that a description has words for."""

    method: str
    path: str
    places: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = "application/json"

    def of(self, **parts: dict[str, str]) -> "Ask":
        """Return the request with these parts added."""
        return replace(self, **{name: getattr(self, name) | more for name, more in parts.items()})

    def send(self, client: Any) -> Any:
        """Send it."""
        path = re.sub(r"{(\w+)}", lambda found: quote(self.places[found[1]]), self.path)
        query = f"?{urlencode(self.query)}" if self.query else ""
        return client.generic(
            self.method.upper(), path + query, self.body, content_type=self.content_type, headers=self.headers
        )


@dataclass(frozen=True)
class Answer:
    """A status that is described for an operation."""

    style: str
    document: Any
    path: str
    method: str
    operation: Any
    status: str

    def __str__(self) -> str:
        return f"{self.style}/{self.operation['operationId']}/{self.status}"

    @property
    def response(self) -> Any:
        """What is described."""
        return resolved(self.document, self.operation["responses"][self.status])


def answers() -> Iterator[Answer]:
    """Yield every answer of every document."""
    for style in sorted(STYLES):
        document = loaded(text_of(style))
        for path, method, operation in operations(document):
            yield from (Answer(style, document, path, method, operation, status) for status in operation["responses"])


def example(parameter: Any) -> str:
    """Return a value for a parameter, out of its description."""
    given = [parameter.get("example"), *(one["value"] for one in parameter.get("examples", {}).values())]
    return str(next(value for value in [*given, *parameter["schema"].get("enum", ())] if value is not None))


@pytest.fixture
def asked(tenant, client) -> Callable[[Answer], Ask]:
    """Return a function that makes the request of an answer's operation that is right, for a tenant that may do all."""
    tenant.allows_anonymous, tenant.origins, tenant.requests_per_minute = True, [ORIGIN], 1000
    tenant.save()
    oauth, secret = OAuthClient.objects.issue(tenant, "answers")
    form = {"grant_type": "client_credentials", "client_id": oauth.client_id, "client_secret": secret}
    known = {"client_id": oauth.client_id, "Origin": ORIGIN}
    private, public = issue_key(tenant), issue_key(tenant, Kind.PUBLIC, origins=[ORIGIN])
    credentials = {
        "bearer": {"Authorization": f"Bearer {private}"},
        "privateKey": {"Authorization": f"Bearer {private}"},
        "publicKey": {"X-API-KEY": public, "Origin": ORIGIN},
        "cscKey": {"X-CSCAPI-KEY": private},
    }

    def make(answer: Answer) -> Ask:
        ask = Ask(answer.method, answer.path)
        for parameter in answer.operation["parameters"]:
            name, place = parameter["name"], {"path": "places", "query": "query", "header": "headers"}[parameter["in"]]
            if name == "refresh_token":
                login = client.get(f"/customerlogin/auth/anonymous/login?tenant=acme&client_id={oauth.client_id}")
                ask = ask.of(query={name: login.json()["refresh_token"]})
            elif parameter.get("required"):
                ask = ask.of(**{place: {name: known.get(name) or example(parameter)}})
        options = answer.operation.get("security", answer.document["security"])
        usable = [credentials[name] for option in options for name in option if name in credentials]
        ask = ask.of(headers=usable[0] if usable else {})
        content = answer.operation.get("requestBody", {}).get("content", {})
        if "application/x-www-form-urlencoded" in content:
            body = urlencode(form).encode()
            return replace(ask, body=body, content_type="application/x-www-form-urlencoded")
        for media in content.values():
            return replace(ask, body=json.dumps(next(iter(media["examples"].values()))["value"]).encode())
        return ask

    make.public, make.private = public, private  # type: ignore[attr-defined]
    return make


def unauthorized(answer: Answer, ask: Ask) -> Ask:
    """Return the request with a credential that nobody has."""
    for name in {"X-API-KEY", "X-CSCAPI-KEY"} & ask.headers.keys():
        return ask.of(headers={name: "nonsense"})
    if "Authorization" in ask.headers:
        return ask.of(headers={"Authorization": "Bearer nonsense"})
    if "client_id" in ask.query:
        return ask.of(query={"client_id": "nobody"})
    return replace(ask, body=re.sub(rb"client_secret=\w+", b"client_secret=nothing", ask.body))


def forbidden(answer: Answer, ask: Ask, keys: Any) -> Ask:
    """Return the request with a credential of the wrong kind, or from a page of nobody's."""
    if "X-API-KEY" in ask.headers:
        return ask.of(headers={"X-API-KEY": keys.private})
    if "Authorization" in ask.headers:
        return ask.of(headers={"Authorization": f"Bearer {keys.public}"})
    return ask.of(headers={"Origin": "https://elsewhere.example"})


def missing(answer: Answer, ask: Ask) -> Ask:
    """Return the request for something that is not there."""
    if answer.style == "constants":
        return ask.of(headers={"X-Workspace-Id": "A" * 22})
    if answer.style == "country_list":
        return ask.of(query={"country": "Atlantis"})
    if "codes" in ask.query:
        return ask.of(query={"codes": "ZZ"})
    last = re.findall(r"{(\w+)}", ask.path)[-1]
    return ask.of(places={last: UNKNOWN.get(last, "Atlantis")})


def provoked(answer: Answer, ask: Ask, keys: Any, client: Any) -> Ask:
    """Return the request that is answered with the status; 429, 500 and 503 are not up to the request."""
    match answer.status:
        case "304":
            return ask.of(headers={"If-None-Match": ask.send(client)["ETag"]})
        case "400":
            return ask.of(query={"x": "\0"})
        case "401":
            return unauthorized(answer, ask)
        case "403":
            return forbidden(answer, ask, keys)
        case "404":
            return missing(answer, ask)
        case "405":
            return replace(ask, method="DELETE")
        case "409":
            return replace(ask, body=b'{"active": true, "metadata": {"version": 99}}')
        case "411":
            return ask.of(headers={"Transfer-Encoding": "chunked"})
        case "412":
            return ask.of(headers={"If-Match": '"1-no"'})
        case "413":
            return replace(ask, body=b" " * 70_000)
        case "415":
            return replace(ask, content_type="text/plain")
        case "422":
            return replace(ask, body=json.dumps(INVALID[answer.operation["operationId"]]).encode())
        case _:
            return ask


def check_headers(answer: Answer, response: Any) -> None:
    """Check that the headers are those described, and no others."""
    described = {name.lower(): resolved(answer.document, one) for name, one in answer.response["headers"].items()}
    given = {name.lower(): value for name, value in response.headers.items()}
    needed = {name for name, one in described.items() if one.get("required")}
    assert needed - given.keys() == set()
    for name, one in described.items():
        if name in given:
            value = int(given[name]) if one["schema"]["type"] == "integer" else given[name]
            validator(answer.document, one["schema"]).validate(value)
    everywhere = OF_HTTP | OF_SECURITY | OF_CORS | ({"cache-control"} if answer.status >= "400" else set())
    assert given.keys() - described.keys() - everywhere == set()


def gist(value: Any) -> Any:
    """Return a body without its time and the sentence for people."""
    if isinstance(value, dict):
        return {name: gist(member) for name, member in value.items() if name not in {"message", "timestamp"}}
    return value


def check_body(answer: Answer, response: Any) -> None:
    """Check that the body fits its schema, and that an example of an error is what is answered."""
    content = answer.response.get("content")
    if not content:
        assert response.content == b""
        return
    assert response["Content-Type"] == "application/json"
    media = content["application/json"]
    validator(answer.document, media["schema"]).validate(response.json())
    if "example" in media:
        assert gist(response.json()) == gist(media["example"])


@pytest.mark.counted
@pytest.mark.parametrize(
    "answer",
    # What refuses a request asks the database for no more than who it is.
    [pytest.param(one, id=str(one), marks=[pytest.mark.once] if one.status >= "400" else []) for one in answers()],
)
def test_what_is_described_is_answered(answer, asked, tenant, client, monkeypatch, settings):
    ask = provoked(answer, asked(answer), asked, client)
    view = resolve(re.sub(r"{\w+}", "x", answer.path)).func.cls
    if answer.status in {"500", "503"}:
        error = ZeroDivisionError if answer.status == "500" else OperationalError

        def fail(*args: Any, **kwargs: Any) -> None:
            raise error

        monkeypatch.setattr(view, "initial", fail)
        client.raise_request_exception = False
    if answer.status == "429":
        settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"anonymous": 1, "token": 1}
        type(tenant).objects.update(requests_per_minute=1)
        ask.send(client)
    response = ask.send(client)
    assert response.status_code == int(answer.status), response.content
    check_headers(answer, response)
    check_body(answer, response)


@pytest.mark.counted
@pytest.mark.parametrize("answer", [one for one in answers() if one.status == "200"], ids=str)
def test_an_empty_parameter_and_a_default_change_nothing(answer, asked, client):
    plain = asked(answer)
    for parameter in answer.operation["parameters"]:
        name, schema = parameter["name"], parameter["schema"]
        values = [""] if parameter.get("allowEmptyValue") else []
        values += [str(schema["default"])] if "default" in schema else []
        for value in values:
            given, expected = plain.of(query={name: value}).send(client), plain.send(client)
            assert given.status_code == int(answer.status), f"{name}={value}"
            assert given.content == expected.content, f"{name}={value}"
