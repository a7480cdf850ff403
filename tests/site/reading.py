"""How tests read pages for visitors."""

import re
from typing import Any

from django.contrib.staticfiles import finders


def addresses(page: str) -> set[str]:
    """Return what a page links to, loads and sends its forms to."""
    return set(re.findall(r'\s(?:href|src|action)="([^"#]*)', page)) - {""}


def leads_somewhere(client: Any, address: str) -> bool:
    """Return whether an address of this server is answered; one elsewhere must be of https."""
    if address.startswith("/static/"):
        return finders.find(address.removeprefix("/static/")) is not None
    if not address.startswith("/"):
        return address.startswith("https://")
    return client.get(address).status_code in {200, 302}
