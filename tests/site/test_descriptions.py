import json

import pytest

from tests.descriptions import loaded, text_of
from tests.test_architecture import STYLES

ORIGIN = {"Origin": "https://editor.example"}


@pytest.mark.parametrize("style", sorted(STYLES))
def test_a_description_is_the_file_beside_its_style(client, style):
    response = client.get(f"/openapi/{style}.yaml", headers=ORIGIN)
    assert response.status_code == 200
    assert response.content == text_of(style).encode()
    assert response["Content-Type"] == "application/yaml"
    assert set(response["Cache-Control"].split(", ")) == {"public", "no-cache"}
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("style", sorted(STYLES))
def test_a_description_as_json_says_the_same(client, style):
    response = client.get(f"/openapi/{style}.json", headers=ORIGIN)
    assert response.status_code == 200
    assert response.json() == loaded(text_of(style))
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_has_not_changed_is_not_sent_again(client, form):
    first = client.get(f"/openapi/data.{form}")
    again = client.get(f"/openapi/data.{form}", headers={"If-None-Match": first["ETag"], **ORIGIN})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert set(again["Cache-Control"].split(", ")) == {"public", "no-cache"}
    assert again["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"/openapi/data.{form}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_it_is_compressed_for_those_who_take_that(client):
    plain = client.get("/openapi/data.json")
    packed = client.get("/openapi/data.json", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) * 3 < int(plain["Content-Length"])
    assert "Accept-Encoding" in packed["Vary"]
    again = client.get("/openapi/data.json", headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})
    assert again.status_code == 304


def test_head_is_get_without_a_body(client):
    get, head = client.get("/openapi/data.yaml"), client.head("/openapi/data.yaml")
    assert (head.status_code, head.content) == (200, b"")
    assert (head["ETag"], head["Content-Length"]) == (get["ETag"], get["Content-Length"])


@pytest.mark.parametrize(
    "path",
    [
        "nothing.yaml",
        "api.yaml",
        "data.xml",
        "data",
        "data.yaml/",
        "DATA.yaml",
        "",
        "../data.yaml",
        "a%0Ab.yaml",
        "%00.json",
    ],
)
def test_another_address_is_404_that_a_page_can_read(client, path):
    response = client.get(f"/openapi/{path}", headers=ORIGIN)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content)["error"] == "not_found"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_another_method_is_405_that_names_the_right_ones(client, method):
    response = client.generic(method, "/openapi/data.yaml", headers=ORIGIN)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["error"] == "method_not_allowed"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_preflight_is_allowed_whatever_it_asks_for(client):
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization, if-none-match"}
    response = client.options("/openapi/data.json", headers=ORIGIN | asked)
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Headers"] == "*, Authorization"
    assert "GET" in response["Access-Control-Allow-Methods"]
