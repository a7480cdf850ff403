"""Let axe-core look at every page of the back office and of the site, in light and in dark.

`python -m tests.browser.accessibility`; with `--short` at one page of each kind, as CI does. Pages are those that links
lead to, one for each view. It ends with 1 where a page has a violation, or says something in the browser's console.
"""

import argparse
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

# Sets Django up.
from tests.clients import run as clients  # isort: skip
from django.urls import Resolver404, resolve
from selenium import webdriver
from selenium.webdriver.common.by import By

from tests.browser import busy
from tests.browser.chromium import CHROMIUM, DRIVER, MISSING, chromium, log_in, paint
from tests.serving import Server, serving

SHORT = (
    "/", "/explore/PL", "/docs", "/docs/guides/picker", "/admin/", "/admin/geography/country/?q=a",
    "/admin/geography/country/PL/change/", "/admin/geography/tenantcountry/of/1/", "/admin/translations/",
    "/admin/imports/importrun/1/change/", "/admin/api_keys/apikey/add/", "/admin/auditlog/logentry/",
    "/admin/places/tree/?at=DE", "/admin/geography/storedsuspicion/", "/admin/api_keys/requestcount/",
)  # fmt: skip
# What no link leads to, or only in some state.
UNLINKED = (
    "/", "/exports/", "/docs/no-such", "/explore/ZZ", "/admin/", "/admin/places/?q=munchen", "/admin/places/?q=%00",
    "/admin/geography/city/?q=paris", "/admin/second-step/", "/admin/geography/storedsuspicion/",
    "/admin/geography/storedsuspicion/?q=nothing", "/admin/api_keys/requestcount/?status=refused",
)  # fmt: skip
# Forms that lead to a page of their own when they are sent: a preview of an import, and new secrets.
SENT = (
    "/admin/imports/importjob/add/?what=import_countries", "/admin/api_keys/apikey/1/roll/",
    "/admin/api_keys/oauthclient/1/roll/",
)  # fmt: skip
# Swagger UI brings a main part of its own, which cannot be taken from it.
SECOND_MAIN = frozenset({"landmark-main-is-top-level", "landmark-no-duplicate-main", "landmark-unique"})
# They lead out of the session, or to no page.
LEFT_OUT = frozenset({"admin:logout", "admin:jsi18n", "description", "flag", "export", "widget"})
AXE = "axe.run(document, {resultTypes: ['violations']}).then(arguments[arguments.length - 1])"
CONTRAST = AXE.replace("{result", "{runOnly: ['color-contrast'], result")


def kind(address: str) -> str | None:
    """Return the name of the view of a page; None: it is no page of ours."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    return found.view_name if found.view_name not in LEFT_OUT else None


def linked(browser: webdriver.Chrome, server: Server) -> list[str]:
    """Return the addresses on this server to which the page has links."""
    found = browser.execute_script("return [...document.links].map(link => link.href.split('#')[0])")
    return [address.removeprefix(server.url) for address in found if address.startswith(f"{server.url}/")]


def pages(browser: webdriver.Chrome, server: Server, short: bool) -> Iterator[str]:
    """Open one page after another, and yield the address of each."""
    browser.get(f"{server.url}/admin/login/")
    yield "/admin/login/"
    log_in(browser, server)
    for address in () if short else SENT:
        browser.get(server.url + address)
        browser.find_element(By.CSS_SELECTOR, ".submit-row [type=submit]").click()
        yield urlsplit(browser.current_url).path
    waiting, seen = deque(SHORT if short else UNLINKED), set(map(kind, () if short else UNLINKED))
    while waiting:
        address = waiting.popleft()
        browser.get(server.url + address)
        if "html" not in browser.execute_script("return document.contentType"):
            continue
        yield address
        for further in () if short else linked(browser, server):
            if (view := kind(further)) and view not in seen:
                seen.add(view)
                waiting.append(further)


def faults(browser: webdriver.Chrome, axe: str) -> Iterator[str]:
    """Yield what axe-core finds on the page that is open, and what its console says."""
    said_before = [entry["message"] for entry in browser.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}]
    # A page that there is not is a page all the same; the icon is asked for where a file is shown as it is.
    expected = (browser.current_url, urljoin(browser.current_url, "/favicon.ico"))
    yield from (message for message in said_before if not message.startswith(expected))
    browser.execute_script(axe)
    for scheme, looked_at in (("light", AXE), ("dark", CONTRAST)):
        paint(browser, scheme)
        for violation in browser.execute_async_script(looked_at)["violations"]:
            if violation["id"] in SECOND_MAIN and browser.find_elements(By.CSS_SELECTOR, ".swagger-ui main"):
                continue
            yield from (f"{scheme}: {violation['id']}: {said(node)}" for node in violation["nodes"])
    paint(browser, "light")
    # The rest is what axe-core has done.
    browser.get_log("browser")


def said(node: dict[str, Any]) -> str:
    """Return where a violation is, and what is wrong."""
    summary = " ".join(node["failureSummary"].split())
    return f"{' '.join(map(str, node['target']))}: {summary}"[:400]


def main() -> int:
    """Look at all pages, print what is wrong with each, and return how to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="Look at one page of each kind.")
    short = parser.parse_args().short
    if not (CHROMIUM and DRIVER):
        sys.exit(MISSING)
    clients.install()
    axe = (clients.WORK / "node_modules" / "axe-core" / "axe.min.js").read_text()
    number = wrong = 0
    with (
        tempfile.TemporaryDirectory() as profile,
        serving("accessibility", EXPORTS_TENANTS="demo") as server,
        chromium(Path(profile), "--window-size=1400,950") as browser,
    ):
        busy.use(server)
        for address in pages(browser, server, short):
            found = list(dict.fromkeys(faults(browser, axe)))
            number, wrong = number + 1, wrong + len(found)
            print("\n".join([f"{address}: {len(found)}", *(f"  {fault}" for fault in found)]), flush=True)
    print(f"{number} pages in light and dark, {wrong} violations.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
