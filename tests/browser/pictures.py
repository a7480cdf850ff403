"""Make the pictures of the README anew, in `.github/images/`: `python -m tests.browser.pictures`.

WebP, of a fresh demo: the main pages in light, some in the dark, on a phone and in Arabic.
"""

import base64
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import django
from selenium import webdriver
from selenium.webdriver.support.wait import WebDriverWait

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()
from tests.browser import busy  # noqa: E402 - after Django is set up
from tests.browser.chromium import CHROMIUM, DRIVER, MISSING, chromium, log_in, paint  # noqa: E402 - after Django is set up
from tests.databases import ROOT  # noqa: E402
from tests.serving import Server, serving  # noqa: E402

FOLDER = ROOT / ".github" / "images"
QUALITY = 70


@dataclass(frozen=True)
class Picture:
    """A page as it is shown. wait: what stands in it when it is complete."""

    name: str
    path: str
    scheme: str = "light"
    language: str = "en"
    width: int = 1280
    height: int = 800
    wait: str = "body"


PHONE = {"width": 390, "height": 844}
PICTURES = (
    Picture("home", "/"),
    Picture("home-phone-dark", "/", "dark", **PHONE),
    Picture("explorer", "/explore/PL?style=rest_countries", wait="#beside details"),
    Picture("explorer-arabic", "/explore/EG?lang=ar&style=rest_countries", language="ar", wait="#beside details"),
    Picture("reference", "/docs/search", wait=".opblock"),
    Picture("back-office", "/admin/"),
    Picture("back-office-dark", "/admin/", "dark"),
    Picture("back-office-arabic", "/admin/", language="ar"),
    Picture("activation", "/admin/geography/tenantcountry/of/1/"),
    Picture("activation-phone", "/admin/geography/tenantcountry/of/1/", **PHONE),
    Picture("place", "/admin/geography/country/PL/change/"),
    Picture("translations", "/admin/translations/?kind=subdivision&language=ar"),
    Picture("import", "/admin/imports/importjob/1/change/", "dark", wait=".import-counts"),
)


def take(browser: webdriver.Chrome, server: Server, picture: Picture) -> bytes:
    """Return a page as a picture."""
    screen = {"width": picture.width, "height": picture.height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    browser.add_cookie({"name": "language", "value": picture.language})
    browser.get(server.url + picture.path)
    WebDriverWait(browser, 30).until(lambda driver: driver.find_elements("css selector", picture.wait))
    paint(browser, picture.scheme)
    shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    return base64.b64decode(shot["data"])


def edit(browser: webdriver.Chrome, server: Server) -> None:
    """Correct a name, and start an import that keeps it."""
    browser.get(f"{server.url}/admin/geography/country/PL/change/")
    field = browser.find_element("name", "name_fr")
    field.clear()
    field.send_keys("République de Pologne")
    browser.find_element("name", "_continue").click()
    browser.get(f"{server.url}/admin/imports/importjob/add/?what=import_countries")
    browser.find_element("name", "_save").click()


def main() -> None:
    """Write all of them."""
    if not (CHROMIUM and DRIVER):
        sys.exit(MISSING)
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as profile,
        serving("pictures") as server,
        chromium(Path(profile), "--hide-scrollbars") as browser,
    ):
        busy.use(server)
        log_in(browser, server)
        edit(browser, server)
        for picture in PICTURES:
            path = FOLDER / f"{picture.name}.webp"
            path.write_bytes(take(browser, server, picture))
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
