"""Pages for visitors as a browser runs them under their policy: nothing in its console, and answered calls."""

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.test_pages import console
from tests.serving import Server

pytestmark = pytest.mark.once


def test_the_reference_tries_a_call_out(browser: webdriver.Chrome, server: Server) -> None:
    browser.get_log("browser")
    browser.get(f"{server.url}/docs/rest_countries#/countries/getByCode")
    wait = WebDriverWait(browser, 30)

    def press(selector: str) -> None:
        wait.until(lambda _: browser.find_elements(By.CSS_SELECTOR, selector))
        browser.execute_script("document.querySelector(arguments[0]).click()", selector)

    press(".is-open .try-out__btn")
    press(".is-open .execute")
    status = wait.until(lambda _: browser.find_elements(By.CSS_SELECTOR, ".live-responses-table .response-col_status"))
    assert status[-1].text.startswith("200")
    assert console(browser) == []


def test_a_place_is_found_while_one_types(browser: webdriver.Chrome, server: Server) -> None:
    browser.get_log("browser")
    browser.get(server.url)
    browser.find_element(By.ID, "q").send_keys("polnad")
    WebDriverWait(browser, 30).until(lambda _: "Poland" in browser.find_element(By.ID, "found").text)
    assert console(browser) == []


def test_the_explorer_changes_styles_and_copies(browser: webdriver.Chrome, server: Server) -> None:
    browser.get_log("browser")
    browser.get(f"{server.url}/explore/PL?lang=ar")
    wait = WebDriverWait(browser, 30)
    browser.find_element(By.LINK_TEXT, "rest_countries").click()
    wait.until(lambda _: "GET /v3.1/alpha/PL" in browser.find_element(By.ID, "beside").text)
    assert browser.current_url.endswith("/explore/PL?lang=ar&style=rest_countries")
    assert browser.find_elements(By.CSS_SELECTOR, "#beside details button")
    browser.get(f"{server.url}/explore")
    assert len(browser.find_elements(By.CSS_SELECTOR, ".map a path")) == 250
    assert console(browser) == []
