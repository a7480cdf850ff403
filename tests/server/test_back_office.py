"""The back office in a real browser: what staff see and click, under the content security policy."""

from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.chromium import CHROMIUM, DRIVER, MISSING, chromium, log_in
from tests.serving import Server

PAGES = (
    "/admin/", "/admin/tenants/tenant/", "/admin/tenants/tenant/add/", "/admin/tenants/plan/",
    "/admin/geography/country/", "/admin/geography/country/PL/change/", "/admin/geography/subdivision/?country=US",
    "/admin/geography/city/", "/admin/geography/city/add/", "/admin/api_keys/apikey/", "/admin/api_keys/apikey/add/",
    "/admin/api_keys/oauthclient/", "/admin/geography/tenantcountry/", "/admin/password_change/",
    "/admin/geography/tenantsubdivision/", "/admin/geography/tenantsubdivision/add/", "/admin/auditlog/logentry/",
    "/admin/geography/tenantcountryname/add/", "/admin/imports/importrun/", "/admin/geography/importrun/1/change/",
    "/admin/imports/importjob/", "/admin/geography/importjob/add/", "/admin/api_keys/apikey/1/change/",
    "/admin/api_keys/apikey/1/roll/", "/admin/geography/tenantcountry/of/1/",
    "/admin/auth/group/", "/admin/auth/user/1/change/", "/admin/geography/country/spreadsheet/",
    "/admin/places/tree/?at=US", "/admin/name-languages/", "/admin/geography/country/PL/history/",
)  # fmt: skip

pytestmark = [pytest.mark.once, pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium"), "--window-size=1400,950") as driver:
        yield driver


@pytest.fixture
def staff(browser: webdriver.Chrome, server: Server) -> webdriver.Chrome:
    """A browser that remembers nothing, in which staff have logged in."""
    browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "all"})
    log_in(browser, server)
    browser.get_log("browser")
    return browser


def click(browser: webdriver.Chrome, selector: str) -> None:
    """Click what leads to another page, and wait for it."""
    left = browser.find_element(By.TAG_NAME, "html")
    browser.find_element(By.CSS_SELECTOR, selector).click()
    WebDriverWait(browser, 20).until(lambda driver: driver.find_element(By.TAG_NAME, "html") != left)


def switch_poland(staff: webdriver.Chrome, server: Server) -> bool:
    """Flip Poland's switch, save, and return what the list then shows."""
    staff.get(f"{server.url}/admin/geography/tenantcountry/?q=Poland")
    staff.find_element(By.CSS_SELECTOR, "input.switch").click()
    click(staff, "[name=_save]")
    return staff.find_element(By.CSS_SELECTOR, "input.switch").is_selected()


def listed(server: Server) -> bool:
    answer = server.ask("/api/data/countries", Authorization=f"Bearer {server.demo['private_key']}")
    return "PL" in [country["iso_alpha_2"] for country in answer.json()]


def test_staff_switch_poland_off_and_on(staff, server):
    assert listed(server)
    assert switch_poland(staff, server) is False
    assert not listed(server)
    assert switch_poland(staff, server) is True
    assert listed(server)


def test_a_region_goes_off_in_three_clicks_and_comes_back_in_one(staff, server):
    staff.get(f"{server.url}/admin/geography/tenantcountry/of/1/")
    click(staff, ".regions a[href$='Oceania']")
    click(staff, "[name=all][value=off]")
    click(staff, ".submit-row .default")
    answer = server.ask("/api/data/countries", Authorization=f"Bearer {server.demo['private_key']}")
    assert "AU" not in [country["iso_alpha_2"] for country in answer.json()]
    click(staff, ".messagelist button.undo")
    answer = server.ask("/api/data/countries", Authorization=f"Bearer {server.demo['private_key']}")
    assert "AU" in [country["iso_alpha_2"] for country in answer.json()]


def test_no_page_breaks_the_content_security_policy(staff, server):
    for path in PAGES:
        staff.get(server.url + path)
        assert "Gazetteer" in staff.title, path
        complaints = [entry["message"] for entry in staff.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}]
        assert complaints == [], path


def test_the_tree_of_places_is_walked_by_keys(staff, server):
    staff.get(f"{server.url}/admin/places/tree/?at=DE")
    wait = WebDriverWait(staff, 20)

    def press(*keys: str) -> None:
        ActionChains(staff).send_keys(*keys).perform()

    def stands_on(key: str) -> bool:
        return str(staff.switch_to.active_element.find_element(By.XPATH, "..").get_attribute("id")) == key

    staff.execute_script("document.querySelector('#DE a').focus()")
    press(Keys.ARROW_RIGHT)
    wait.until(lambda _: stands_on("DE-BW"))
    press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
    wait.until(lambda _: staff.find_elements(By.CSS_SELECTOR, "[id='DE-BE'] > ul li"))
    press(Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.TAB, Keys.ENTER)
    wait.until(lambda _: staff.current_url.endswith("/admin/geography/country/DE/change/"))


def test_a_name_that_was_added_outlives_the_session(staff, server):
    staff.get(f"{server.url}/admin/geography/city/2950159/change/")
    staff.execute_script("document.querySelector('#names-group .add-row a').click()")
    row = staff.find_elements(By.CSS_SELECTOR, "tr.dynamic-names input[name$=-name]")[-1].get_attribute("name")
    for name, text in {row.replace("-name", "-language"): "eo", row: "Berlino"}.items():
        staff.find_element(By.NAME, name).send_keys(text)
    for cookie in staff.get_cookies():
        if "session" in cookie["name"]:
            staff.delete_cookie(cookie["name"])
    click(staff, "[name=_continue]")
    staff.find_element(By.NAME, "username").send_keys(server.demo["admin_username"])
    staff.find_element(By.NAME, "password").send_keys(server.demo["admin_password"])
    click(staff, "[type=submit]")
    staff.find_element(By.CSS_SELECTOR, ".draft button").click()
    assert staff.find_element(By.NAME, row).get_attribute("value") == "Berlino"


def test_a_new_secret_is_shown_and_works(staff, server):
    staff.get(f"{server.url}/admin/api_keys/apikey/add/?tenant=1")
    click(staff, "[name=_save]")
    secret = staff.find_element(By.CSS_SELECTOR, ".issued code").text
    assert server.ask("/api/data/countries", Authorization=f"Bearer {secret}").status == 200


def watch(staff: webdriver.Chrome, words: str) -> None:
    """Wait until the page of a job, which asks again by itself, says so."""
    state = (By.CSS_SELECTOR, ".field-standing .readonly")
    ignored = [StaleElementReferenceException, NoSuchElementException]
    wait = WebDriverWait(staff, 60, ignored_exceptions=ignored)
    wait.until(lambda driver: words in driver.find_element(*state).text)


def test_staff_compare_and_read_an_import_and_give_a_name_back(staff, server):
    staff.get(f"{server.url}/admin/geography/country/PL/change/")
    field = staff.find_element(By.NAME, "name_fr")
    field.clear()
    field.send_keys("Polonie")
    click(staff, "[name=_continue]")
    assert "Polonie" in staff.find_element(By.CSS_SELECTOR, ".corrections").text
    staff.get(f"{server.url}/admin/imports/importjob/add/?what=import_countries")
    click(staff, "[name=_save]")
    watch(staff, "Compared; nothing is written yet.")
    kept = staff.find_element(By.CSS_SELECTOR, ".import-entries").text
    assert "Poland (PL) the name in French Polonie Pologne" in kept
    # Nothing but what is staff's differs, so there is nothing to apply.
    assert "Nothing to apply" in staff.find_element(By.CSS_SELECTOR, ".submit-row").text
    staff.get(f"{server.url}/admin/geography/country/PL/change/")
    staff.find_element(By.CSS_SELECTOR, ".corrections [type=checkbox]").click()
    click(staff, ".corrections button")
    assert staff.find_element(By.NAME, "name_fr").get_attribute("value") == "Pologne"


def test_a_rolled_key_works_beside_the_old_one(staff, server):
    staff.get(f"{server.url}/admin/api_keys/apikey/add/?tenant=1")
    click(staff, "[name=_save]")
    old = staff.find_element(By.CSS_SELECTOR, ".issued code").text
    click(staff, ".issued a.button")
    click(staff, "#result_list tbody th a")
    click(staff, ".object-tools a[href$='/roll/']")
    click(staff, ".submit-row .default")
    new = staff.find_element(By.CSS_SELECTOR, ".issued code").text
    for secret in (old, new):
        assert server.ask("/api/data/countries", Authorization=f"Bearer {secret}").status == 200
    assert old != new
