"""The reference of every API style: its description, shown by Swagger UI."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from django.http import Http404
from django.utils.translation import get_language

from apps.site.descriptions import descriptions
from apps.site.guides import GUIDES
from apps.site.pages import Page

JSON_FILE = ".json"


@dataclass(frozen=True, slots=True)
class Style:
    """An API style as its description introduces it: what it is and for whom, by language of the page."""

    name: str
    introductions: Mapping[str, str]

    @property
    def language(self) -> str:
        """The language of `introduction`: that of the page, else English."""
        current = get_language() or ""
        return current if current in self.introductions else "en"

    @property
    def introduction(self) -> str:
        """What it is, and for whom."""
        return self.introductions[self.language]


@cache
def styles() -> Mapping[str, Style]:
    """Return the styles that have a description, by name."""
    found = {}
    for file, description in descriptions().items():
        if file.endswith(JSON_FILE):
            name = file.removesuffix(JSON_FILE)
            info = orjson.loads(description.content)["info"]
            english = f"{info['summary']} {info['x-chosen-when']}"
            found[name] = Style(name, {"en": english, **info["x-introduction"]})
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
        return super().get_context_data(styles=named.values(), shown=shown, guides=GUIDES, **kwargs)
