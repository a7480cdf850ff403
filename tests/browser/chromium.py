"""Chromium, headless, as tests and commands drive it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.serving import Server

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
MISSING = "needs Chromium: apt-get install chromium chromium-driver"
SWITCHES = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@contextmanager
def chromium(profile: Path, *switches: str) -> Iterator[webdriver.Chrome]:
    """Run Chromium, which keeps what its console says, and end it."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for switch in (*SWITCHES, *switches, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    try:
        yield driver
    finally:
        driver.quit()


def log_in(browser: webdriver.Chrome, server: Server) -> None:
    """Log in to the back office as the demo's administrator."""
    browser.get(f"{server.url}/admin/")
    browser.find_element(By.NAME, "username").send_keys(server.demo["admin_username"])
    browser.find_element(By.NAME, "password").send_keys(server.demo["admin_password"])
    browser.find_element(By.CSS_SELECTOR, "[type=submit]").click()
    WebDriverWait(browser, 30).until(lambda _: browser.find_elements(By.ID, "user-tools"))


def paint(browser: webdriver.Chrome, scheme: str) -> None:
    """Let pages be light or dark, as whoever prefers that sees them."""
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    # Colours glide from one to the other.
    browser.execute_script("document.body.offsetWidth; document.getAnimations().forEach(each => each.finish())")
