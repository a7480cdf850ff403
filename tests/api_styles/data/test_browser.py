"""A form in a real browser, on an origin that the key allows and on one that it does not."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.serving import ROOT, Server

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
SWITCHES = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs Chromium: apt-get install chromium chromium-driver"
)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def shop() -> Iterator[int]:
    """The port of a site that serves the form, as 127.0.0.1 and as localhost."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(Path(__file__).parent)))
    Thread(target=site.serve_forever, daemon=True).start()
    yield site.server_port
    site.shutdown()
    site.server_close()


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


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for switch in (*SWITCHES, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(switch)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def outcome(browser: webdriver.Chrome, shop: int, server: Server, key: str) -> Callable[..., str]:
    """Open the form on a host and return what it says at the end."""

    def open_form(host: str, country: str = "US", secret: str = key) -> str:
        query = urlencode({"api": server.url, "key": secret, "country": country})
        browser.get(f"http://{host}:{shop}/form.html?{query}")
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
