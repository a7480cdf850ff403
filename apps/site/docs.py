"""The reference of every API style: its description, shown by Swagger UI."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from django.http import Http404

from apps.site.descriptions import descriptions
from apps.site.pages import Page

JSON_FILE = ".json"


@dataclass(frozen=True, slots=True)
class Style:
    """An API style as its description introduces it; `chosen_when` says for whom it is."""

    name: str
    summary: str
    chosen_when: str


@cache
def styles() -> Mapping[str, Style]:
    """Return the styles that have a description, by name."""
    found = {}
    for file, description in descriptions().items():
        if file.endswith(JSON_FILE):
            name = file.removesuffix(JSON_FILE)
            info = orjson.loads(description.content)["info"]
            found[name] = Style(name, info["summary"], info["x-chosen-when"])
    return found


class DocsPage(Page):
    """The reference of one style, with the way to all others; without a name, of the first."""

    template_name = "site/docs.html"

    def get_context_data(self, style: str = "", **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows; raises Http404 for a style that there is not."""
        named = styles()
        if style and style not in named:
            raise Http404
        shown = named[style] if style else next(iter(named.values()))
        return super().get_context_data(styles=named.values(), shown=shown, **kwargs)
