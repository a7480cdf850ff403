"""Guides beside the reference: one template each, in `templates/site/guides/`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from apps.site.pages import Page


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide: its address below `/docs/guides/`, and what it is called."""

    name: str
    title: str

    @property
    def template(self) -> str:
        """Return the name of its template."""
        return f"site/guides/{self.name}.html"


GUIDES: Sequence[Guide] = ()


class GuidePage(Page):
    """One guide."""

    def get_context_data(self, guide: str, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows; raises Http404 for a guide that there is not."""
        shown = next((each for each in GUIDES if each.name == guide), None)
        if shown is None:
            raise Http404
        self.template_name = shown.template
        return super().get_context_data(shown=shown, guides=GUIDES, **kwargs)
