"""Pickers on a page of another origin whose policy is strict: with the keyboard alone, in a form, from the right."""

import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlparse

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from apps.site.widget import NAME, scripts
from tests.browser.test_pages import console
from tests.serving import Server

pytestmark = pytest.mark.once

FORM = """<!doctype html><html lang="{lang}" dir="{dir}"><meta charset="utf-8"><title>A form in a shop</title>
<script type="module" src="{api}/widget/{script}" integrity="{integrity}" crossorigin></script>
<form action="/sent"><label for="country">Country</label>
<gazetteer-country id="country" name="country" {key} required><select name="country"><option value="">
<option value="US" {selected}>United States</select></gazetteer-country>
<label for="subdivision">State</label>
<gazetteer-subdivision id="subdivision" name="subdivision" of="country" {key} required></gazetteer-subdivision>
<fieldset><label for="place">Where to?</label>
<gazetteer-place id="place" name="place" types="country,city" {key}></gazetteer-place></fieldset>
<button id="send">Send</button> <button id="reset" type="reset">Reset</button></form></html>"""


class Shop(BaseHTTPRequestHandler):
    """Serves a form under a policy that allows the API and nothing inline."""

    server: "ShopServer"

    def do_GET(self) -> None:
        asked = urlparse(self.path)
        given = {name: values[0] for name, values in parse_qs(asked.query).items()}
        self.send_response(204 if asked.path == "/favicon.ico" else 200)
        api = self.server.api
        policy = f"default-src 'self'; script-src 'self' {api}; connect-src 'self' {api}"
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if asked.path == "/form":
            script = scripts()[NAME]
            shown = {"lang": "en", "dir": "ltr", "selected": "", **given}
            fields = {"api": api, "script": script.name, "integrity": script.integrity, "key": self.server.key}
            self.wfile.write(FORM.format(**fields, **shown).encode())

    def log_message(self, *args: object) -> None:
        pass


class ShopServer(ThreadingHTTPServer):
    """Knows where the API is, and the key."""

    api = key = ""


@pytest.fixture(scope="module")
def shop(server: Server) -> Iterator[str]:
    site = ShopServer(("127.0.0.1", 0), Shop)
    site.api, site.key = server.url, f'public-key="{server.demo["public_key"]}"'
    Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://localhost:{site.server_port}"
    site.shutdown()
    site.server_close()


class Form:
    """What a person sees and does."""

    def __init__(self, browser: webdriver.Chrome) -> None:
        self.browser = browser
        self.wait = WebDriverWait(browser, 30)

    def element(self, name: str) -> object:
        return self.browser.find_element(By.ID, name)

    def inner(self, name: str, selector: str, attribute: str) -> str:
        script = "return document.getElementById(arguments[0]).shadowRoot.querySelector(arguments[1])?.[arguments[2]]"
        return str(self.browser.execute_script(script, name, selector, attribute))

    def value(self, name: str) -> str:
        return str(self.browser.execute_script("return document.getElementById(arguments[0]).value", name))

    def shown(self, name: str) -> str:
        return self.inner(name, "input", "value")

    def options(self, name: str) -> list[str]:
        script = (
            "return [...document.getElementById(arguments[0]).shadowRoot.querySelectorAll('ul:not([hidden]) li bdi')]"
        )
        return list(self.browser.execute_script(f"{script}.map((each) => each.textContent)", name))

    def press(self, *keys: str) -> None:
        for key in keys:
            webdriver.ActionChains(self.browser).send_keys(key).perform()

    def until(self, condition: Callable[[], object]) -> None:
        self.wait.until(lambda _: condition())


@pytest.fixture
def form(browser: webdriver.Chrome, shop: str) -> Callable[..., Form]:
    def open_form(query: str = "") -> Form:
        browser.get("about:blank")
        browser.get_log("browser")
        browser.get(f"{shop}/form?{query}")
        opened = Form(browser)
        opened.until(lambda: browser.execute_script("return !!customElements.get('gazetteer-place')"))
        return opened

    return open_form


def test_the_whole_form_is_filled_with_the_keyboard_alone_and_sent(browser, form):
    page = form("lang=de")
    page.press(Keys.TAB, "verein")
    page.until(lambda: "Vereinigte Staaten" in page.options("country"))
    assert page.inner("country", "input", "ariaExpanded") == "true"
    assert page.inner("country", "[role=status]", "textContent") == f"Treffer: {len(page.options('country'))}"
    page.press(Keys.ARROW_DOWN)
    active = browser.execute_script(
        "const root = document.getElementById('country').shadowRoot;"
        "return root.getElementById(root.querySelector('input').getAttribute('aria-activedescendant')).textContent"
    )
    assert active == page.options("country")[0]
    page.press(*[Keys.ARROW_DOWN] * page.options("country").index("Vereinigte Staaten"), Keys.ENTER)
    assert (page.value("country"), page.shown("country"), page.options("country")) == ("US", "Vereinigte Staaten", [])
    page.press(Keys.TAB, Keys.ARROW_DOWN)
    page.until(lambda: "Kalifornien" in page.options("subdivision"))
    page.press(Keys.ESCAPE, "kalif")
    page.until(lambda: page.options("subdivision") == ["Kalifornien"])
    page.press(Keys.ARROW_DOWN, Keys.ENTER, Keys.TAB, "warzsawa")
    page.until(lambda: any(option.startswith("Warschau") for option in page.options("place")))
    page.press(Keys.ARROW_DOWN, Keys.ENTER)
    place = browser.execute_script("return document.getElementById('place').place")
    assert place["country"] == {"code": "PL", "name": "Polen"}
    page.press(Keys.ENTER)
    page.until(lambda: "/sent?" in browser.current_url)
    sent = parse_qs(urlparse(browser.current_url).query)
    assert sent == {"country": ["US"], "subdivision": ["US-CA"], "place": [place["id"]]}
    assert console(browser) == []


def test_what_is_no_choice_is_not_sent_and_the_form_says_so(browser, form):
    page = form()
    page.press(Keys.TAB, "qqqqxx", Keys.TAB)
    page.until(lambda: page.inner("country", "[role=status].shown", "textContent") == "Nothing found.")
    page.element("send").click()
    assert "/form" in browser.current_url
    script = "const each = document.getElementById('country'); return [each.validity.badInput, each.validationMessage]"
    assert browser.execute_script(script) == [True, "Choose from the list."]
    assert page.inner("country", "input", "ariaInvalid") == "true"
    # Whoever types a code or a name in full has chosen.
    browser.execute_script("const each = document.getElementById('country'); each.value = ''; each.focus()")
    page.press("pl", Keys.TAB)
    page.until(lambda: (page.value("country"), page.shown("country")) == ("PL", "Poland"))
    assert console(browser) == []


def test_a_reset_brings_back_what_there_was_and_a_select_inside_says_it(browser, form):
    page = form("selected=selected")
    page.until(lambda: page.shown("country") == "United States")
    page.press(Keys.TAB, Keys.TAB, "texas", Keys.TAB)
    page.until(lambda: page.value("subdivision") == "US-TX")
    browser.execute_script("document.getElementById('country').focus()")
    page.press(Keys.ESCAPE, Keys.ESCAPE, "japan")
    page.until(lambda: page.options("country") == ["Japan"])
    page.press(Keys.ARROW_DOWN, Keys.ENTER)
    # A state is none of another country's.
    assert (page.value("country"), page.value("subdivision")) == ("JP", "")
    page.element("reset").click()
    page.until(lambda: page.shown("country") == "United States")
    assert (page.value("country"), page.value("subdivision"), page.shown("subdivision")) == ("US", "", "")
    inside = "const data = new FormData(document.forms[0]); return data.getAll('country')"
    assert browser.execute_script(inside) == ["US"]
    assert console(browser) == []


def test_where_there_are_no_subdivisions_none_is_required(browser, form):
    page = form()
    page.press(Keys.TAB, "gibraltar", Keys.TAB)
    page.until(lambda: page.value("country") == "GI")
    page.until(lambda: browser.execute_script("return document.getElementById('subdivision').checkValidity()"))
    assert browser.execute_script("return document.getElementById('subdivision').matches(':state(empty)')")
    assert console(browser) == []


def test_events_tell_of_each_choice_and_of_nothing_that_is_merely_typed(browser, form):
    page = form()
    browser.execute_script(
        "window.told = []; for (const type of ['input', 'change'])"
        "document.addEventListener(type, ({ target }) => told.push([type, target.id, target.value]))"
    )
    page.press(Keys.TAB, "jap")
    page.until(lambda: page.options("country") == ["Japan"])
    assert browser.execute_script("return told") == []
    option = browser.execute_script("return document.getElementById('country').shadowRoot.querySelector('li')")
    option.click()
    assert browser.execute_script("return told") == [["input", "country", "JP"], ["change", "country", "JP"]]
    page.press(Keys.BACKSPACE)
    assert browser.execute_script("return told.at(-1)") == ["input", "country", ""]
    assert console(browser) == []


def test_escape_closes_the_list_and_then_clears_the_field(browser, form):
    page = form("selected=selected")
    page.until(lambda: page.shown("country") == "United States")
    page.press(Keys.TAB, Keys.ARROW_DOWN)
    page.until(lambda: len(page.options("country")) == 250)
    page.press(Keys.ESCAPE)
    assert (page.options("country"), page.value("country")) == ([], "US")
    page.press(Keys.ESCAPE)
    assert (page.options("country"), page.value("country"), page.shown("country")) == ([], "", "")
    page.press(Keys.ALT + Keys.ARROW_DOWN)
    page.until(lambda: len(page.options("country")) == 250)
    assert console(browser) == []


def test_a_disabled_fieldset_disables_what_is_in_it(browser, form):
    page = form()
    browser.execute_script("document.querySelector('fieldset').disabled = true")
    assert page.inner("place", "input", "disabled") == "True"


def test_from_right_to_left_the_list_lies_under_its_field(browser, form):
    page = form("lang=ar&dir=rtl")
    page.press(Keys.TAB, "بولندا")
    page.until(lambda: page.options("country") == ["بولندا"])
    assert page.inner("country", "[role=status]", "textContent") == "النتائج: 1"
    direction = "return getComputedStyle(document.getElementById('country').shadowRoot.querySelector('li')).direction"
    assert browser.execute_script(direction) == "rtl"
    field, shown = (
        browser.execute_script(
            "const { left, right } = document.getElementById('country').shadowRoot.querySelector(arguments[0])"
            ".getBoundingClientRect(); return [left, right]",
            selector,
        )
        for selector in ("input", "ul")
    )
    assert field == shown
    assert console(browser) == []


def test_a_screen_reader_hears_what_each_field_is(browser, form):
    form()
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    fields = {node["name"]["value"] for node in tree if node.get("role", {}).get("value") == "combobox"}
    assert fields == {"Country", "State", "Where to?"}


def test_a_private_key_is_not_sent(browser, form, server):
    page = form()
    browser.execute_script(
        "document.getElementById('country').setAttribute('public-key', arguments[0])", server.demo["private_key"]
    )
    page.press(Keys.TAB, "po")
    page.until(lambda: page.inner("country", "[role=status]", "textContent") == "The server does not answer.")
    assert any(re.search("private key", message) for message in console(browser))
