"""Pages of other origins call every style for browsers, with the headers that front ends add to each of their calls.

Each page ends with nothing in the browser's console, which would name a refused preflight, a header that may not be
read or an answer without CORS.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.serving import Server

pytestmark = pytest.mark.once

# What interceptors of front ends send with every call, whatever it calls; each needs leave by the preflight.
ADDED = {
    "Content-Type": "application/json",
    "If-None-Match": '"none"',
    "X-Request-Id": "0f8fad5b-d9cb-469f-a165-70867728950e",
}

Page = Callable[..., list[Any]]


@pytest.fixture
def page(browser: webdriver.Chrome, site: int, server: Server) -> Page:
    """Open a page on an origin, let it make calls and return the answers: status, headers that it may read, body."""

    def open_page(*calls: dict[str, Any], shown: tuple[str, ...] = (), host: str = "localhost") -> list[Any]:
        # What another test has left open may complain of being left.
        browser.get("about:blank")
        browser.get_log("browser")
        given = {"calls": [call | {"url": server.url + call["url"]} for call in calls], "shown": shown}
        # A query of its own makes each a page of its own: another fragment alone loads nothing.
        browser.get(f"http://{host}:{site}/calls.html?{id(given)}#{quote(json.dumps(given))}")
        output = browser.find_element(By.ID, "outcome")
        WebDriverWait(browser, 30).until(lambda _: output.text != "waiting")
        return list(json.loads(output.text))

    return open_page


@pytest.fixture
def token(server: Server) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": server.demo["client_id"],
        "client_secret": server.demo["client_secret"],
    }
    answer = server.ask(
        "/oauth/token",
        method="POST",
        body=urlencode(form).encode(),
        Content_Type="application/x-www-form-urlencoded",
    )
    return str(answer.json()["access_token"])


def console(browser: webdriver.Chrome) -> list[str]:
    return [entry["message"] for entry in browser.get_log("browser")]


def test_a_widget_fills_its_lists(browser: webdriver.Chrome, page: Page, server: Server) -> None:
    headers = {"X-API-KEY": server.demo["public_key"], "Accept-Language": "de", "X-Default-Language": "en"}
    lists = [
        {"url": path, "headers": headers | more}
        for more in ({}, ADDED, {"Authorization": "Bearer of another service"}, {"X-Forced-Language": "fr"})
        for path in ("/api/countries?no_geoip=1", "/api/countries/US/subdivisions?prefer_official=1")
    ]
    answers = page(*lists, shown=("X-Selected-Language",))
    assert [answer["status"] for answer in answers] == [200] * 8
    assert [answer["headers"]["X-Selected-Language"] for answer in answers] == ["de"] * 6 + ["fr"] * 2
    assert console(browser) == []


def test_a_picker_shows_constants_on_any_origin(browser: webdriver.Chrome, page: Page, server: Server) -> None:
    headers = {"X-Client-Hash": "abc", "X-LOCALE": "de-DE", "Accept-Language": "de"}
    url = "/web/v1/system/constants/countries"
    lists = [
        {"url": url, "headers": headers | more}
        for more in ({}, ADDED, {"Authorization": "Bearer x"}, {"X-Workspace-Id": server.demo["workspace_id"]})
    ]
    for host in ("localhost", "127.0.0.1"):
        answers = page(*lists, host=host, shown=("ETag",))
        assert [answer["status"] for answer in answers] == [200] * 4
        assert {answer["body"]["data"][0]["label"] for answer in answers} == {"Afghanistan"}
        assert all(answer["headers"]["ETag"].startswith('W/"') for answer in answers)
        assert console(browser) == []


def test_a_dashboard_lists_switches_and_sorts(
    browser: webdriver.Chrome, page: Page, server: Server, token: str
) -> None:
    headers = {"Authorization": f"Bearer {token}", "X-Version": "v2", "Accept-Language": "*", "Content-Language": "*"}
    countries = f"/country/{server.demo['tenant']}/countries"
    listed, one, regions, languages = page(
        {"url": f"{countries}?pageSize=1000&pageNumber=1&sort=code:asc",
         "headers": headers | ADDED | {"X-Total-Count": "true"}},
        {"url": f"{countries}/PL", "headers": headers},
        {"url": f"/country/{server.demo['tenant']}/regions?pageSize=1000&sort=name,code:desc", "headers": headers},
        {"url": f"/configuration/{server.demo['tenant']}/configurations/project_lang", "headers": headers},
        shown=("X-Total-Count", "ETag"),
    )  # fmt: skip
    assert [each["status"] for each in (listed, one, regions, languages)] == [200] * 4
    assert listed["headers"]["X-Total-Count"] == "250" == str(len(listed["body"]))
    country = one["body"]
    body = {"active": country["active"], "metadata": country["metadata"]}
    json_headers = headers | {"Content-Type": "application/json"}
    switch = {"url": f"{countries}/PL", "method": "PATCH", "body": json.dumps(body)}
    (switched,) = page(switch | {"headers": json_headers | {"If-Match": one["headers"]["ETag"]}})
    assert switched["status"] == 204
    assert console(browser) == []


def test_a_page_reads_why_it_was_refused(page: Page, server: Server) -> None:
    countries = f"/country/{server.demo['tenant']}/countries"
    widget, tenant = page(
        {"url": "/api/countries/ZZ/subdivisions", "headers": {"X-API-KEY": server.demo["public_key"]}},
        {"url": countries, "headers": {"Authorization": f"Bearer {server.demo['private_key']}"}},
    )
    assert (widget["status"], widget["body"]["error"]) == (404, "There is no such country.")
    assert tenant["status"] == 400
    assert "set_tenant" in tenant["body"]["message"]
