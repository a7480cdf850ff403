"""Guides beside the reference: one template each, in `templates/site/guides/`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from apps import PROGRAM
from apps.api.styles import Example, styles
from apps.site.pages import Page, public_url
from apps.site.widget import NAME, scripts

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide: its address below `/docs/guides/`, and what it is called."""

    name: str
    title: "StrPromise"

    @property
    def template(self) -> str:
        """Return the name of its template."""
        return f"site/guides/{self.name}.html"


GUIDES: Sequence[Guide] = (
    Guide("first-calls", _("The first call in each style")),
    Guide("answers", _("Languages, errors, limits, caching, pages")),
    Guide("changes", _("Keeping a copy current")),
    Guide("webhooks", _("Webhooks")),
    Guide("picker", _("Pickers for forms")),
    Guide("coming-from", _("Coming from another service")),
)


class GuidePage(Page):
    """One guide."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows; raises Http404 for a guide that there is not."""
        shown = next((guide for guide in GUIDES if guide.name == kwargs["guide"]), None)
        if shown is None:
            raise Http404
        self.template_name = shown.template
        base_url = public_url(self.request)
        context = {"base_url": base_url, "calls": calls(base_url), "widget": scripts()[NAME], "program": PROGRAM}
        return super().get_context_data(shown=shown, guides=GUIDES, **context, **kwargs)


def calls(base_url: str) -> Iterator[Example]:
    """Yield the calls that the styles give for examples, as they are made here; credentials are left to fill in."""
    for style in styles():
        for example in style.examples:
            yield example._replace(line=Template(example.line).safe_substitute(base_url=base_url))
