"""Staff at work, by keys alone or by mouse, from log-in to what callers see."""

from collections.abc import Callable
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.chromium import log_in
from tests.browser.test_pages import console
from tests.serving import Server

pytestmark = pytest.mark.once

# Where the focus is, and whether one sees it there.
FOCUS = """const at = document.activeElement, box = at.getBoundingClientRect();
const top = document.elementFromPoint(box.left + Math.min(box.width / 2, 9), box.top + Math.min(box.height / 2, 9));
return {text: at.ariaLabel || at.innerText || at.value || '', tag: at.tagName, href: at.href || '',
    isSeen: !!top && (at.contains(top) || top.contains(at) || [...at.labels || []].some(each => each.contains(top)))}"""
Focus = dict[str, Any]


def press(browser: webdriver.Chrome, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def tab_to(browser: webdriver.Chrome, is_it: Callable[[Focus], bool], most: int = 40) -> int:
    """Press Tab until the focus is where it is wanted, never hidden on the way; return how often."""
    for number in range(1, most):
        press(browser, Keys.TAB)
        focus: Focus = browser.execute_script(FOCUS)
        # A page that has just come may have it nowhere.
        assert focus["isSeen"] or focus["tag"] == "BODY", focus
        if is_it(focus):
            return number
    raise AssertionError("no Tab leads there")


def is_complete(browser: webdriver.Chrome) -> bool:
    return bool(browser.execute_script("return document.readyState === 'complete'"))


def skip(browser: webdriver.Chrome) -> None:
    """Go past the links that every page has, by the first of them."""
    assert tab_to(browser, lambda focus: focus["text"].startswith("Skip to")) == 1
    press(browser, Keys.ENTER)


def shown(server: Server) -> set[str]:
    answer = server.ask("/api/data/countries", Authorization=f"Bearer {server.demo['private_key']}")
    return {country["iso_alpha_2"] for country in answer.json()}


def test_a_region_is_switched_off_and_on_again_by_keys_alone(browser: webdriver.Chrome, server: Server) -> None:
    browser.get_log("browser")
    browser.get(f"{server.url}/admin/")
    press(browser, server.demo["admin_username"], Keys.TAB, server.demo["admin_password"], Keys.ENTER)
    # Between two pages there is nothing to ask.
    wait = WebDriverWait(browser, 30, ignored_exceptions=(WebDriverException,))
    wait.until(lambda _: browser.current_url.endswith("/admin/"))
    browser.get(f"{server.url}/admin/geography/tenantcountry/of/1/?region=Oceania")
    before = shown(server)
    skip(browser)
    tab_to(browser, lambda focus: focus["text"].startswith("Switch off all"))
    press(browser, Keys.ENTER)
    wait.until(lambda _: "demo: switch" in browser.title and is_complete(browser))
    tab_to(browser, lambda focus: focus["text"] == "Switch", 90)
    press(browser, Keys.ENTER)
    # What was done has the focus, and is undone by the next key.
    wait.until(lambda _: browser.execute_script("return document.activeElement?.className") == "messagelist")
    assert "AU" in before - shown(server)
    assert tab_to(browser, lambda focus: focus["text"] == "Undo") == 1
    press(browser, Keys.ENTER)
    wait.until(lambda _: "Undone" in browser.execute_script("return document.activeElement?.innerText ?? ''"))
    assert shown(server) == before
    assert console(browser) == []


def click(browser: webdriver.Chrome, selector: str) -> None:
    WebDriverWait(browser, 30).until(lambda _: browser.find_elements(By.CSS_SELECTOR, selector))
    element = browser.find_element(By.CSS_SELECTOR, selector)
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def test_what_was_typed_when_a_session_ended_is_put_back_by_mouse(browser: webdriver.Chrome, server: Server) -> None:
    browser.delete_all_cookies()
    log_in(browser, server)
    browser.get_log("browser")
    page = f"{server.url}/admin/geography/country/TV/change/"
    browser.get(page)
    field = browser.find_element(By.NAME, "name_en")
    field.clear()
    field.send_keys("Ellice Islands")
    browser.delete_cookie("sessionid")
    click(browser, "[name=_continue]")
    for name, value in (("username", "admin_username"), ("password", "admin_password")):
        WebDriverWait(browser, 30).until(lambda _, name=name: browser.find_elements(By.NAME, name))
        browser.find_element(By.NAME, name).send_keys(server.demo[value])
    click(browser, "[type=submit]")
    click(browser, ".draft button")
    click(browser, "[name=_continue]")
    WebDriverWait(browser, 30).until(lambda _: browser.find_elements(By.CSS_SELECTOR, ".messagelist .success"))
    answer = server.ask("/api/data/countries", Authorization=f"Bearer {server.demo['private_key']}")
    assert "Ellice Islands" in {country["name"] for country in answer.json()}
    assert console(browser) == []


def test_back_from_a_refused_form_asks_for_nothing_to_be_sent_again(browser: webdriver.Chrome, server: Server) -> None:
    browser.delete_all_cookies()
    log_in(browser, server)
    browser.get(f"{server.url}/admin/tenants/plan/add/")
    click(browser, "[name=_save]")
    WebDriverWait(browser, 30).until(lambda _: browser.find_elements(By.CLASS_NAME, "errornote"))
    browser.find_element(By.NAME, "name").send_keys("Walked")
    click(browser, "[name=_save]")
    WebDriverWait(browser, 30).until(lambda _: browser.find_elements(By.CSS_SELECTOR, ".messagelist .success"))
    browser.back()
    WebDriverWait(browser, 30).until(lambda _: browser.find_elements(By.NAME, "name"))
    assert not browser.find_elements(By.CLASS_NAME, "errornote")
