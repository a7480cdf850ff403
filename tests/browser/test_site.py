"""Pages for visitors as a browser runs them under their policy: nothing in its console, and answered calls."""

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.test_pages import console
from tests.serving import Server


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
