"""A form in a real browser, on an origin that the key allows and on one that it does not."""

import os
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.serving import ROOT, Server

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    """A public key for any port of 127.0.0.1."""
    command = [sys.executable, "manage.py", "issue_api_key", server.demo["tenant"], "--kind", "public"]
    issued = subprocess.run(
        [*command, "--origin", "http://127.0.0.1:*"],
        cwd=ROOT,
        env=os.environ | server.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return issued.stdout.strip()


@pytest.fixture
def outcome(browser: webdriver.Chrome, site: int, server: Server, key: str) -> Callable[..., str]:
    """Open the form on a host and return what it says at the end."""

    def open_form(host: str, country: str = "US", secret: str = key) -> str:
        query = urlencode({"api": server.url, "key": secret, "country": country})
        browser.get(f"http://{host}:{site}/form.html?{query}")
        output = browser.find_element(By.ID, "outcome")
        WebDriverWait(browser, 30).until(lambda _: output.text != "waiting")
        return output.text

    return open_form


def options(browser: webdriver.Chrome, select: str) -> dict[str, str]:
    script = "return Object.fromEntries([...document.getElementById(arguments[0]).options].map(o => [o.value, o.text]))"
    found: dict[str, str] = browser.execute_script(script, select)
    return found


def test_a_form_on_an_allowed_origin_fills_both_lists(browser, outcome):
    assert outcome("127.0.0.1") == "filled de de"
    countries = options(browser, "country")
    assert len(countries) == 250
    assert countries["US"] == "Vereinigte Staaten"
    assert options(browser, "subdivision")["US-CA"] == "Kalifornien"


def test_a_form_on_another_origin_gets_nothing(browser, outcome):
    assert outcome("localhost").startswith("failed Failed to fetch")
    assert options(browser, "country") == options(browser, "subdivision") == {}


def test_a_form_on_an_allowed_origin_can_read_errors(outcome, server):
    assert outcome("127.0.0.1", country="ZZ").startswith("failed 404 ")
    assert outcome("127.0.0.1", secret="nonsense").startswith("failed 401 ")
