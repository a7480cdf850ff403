"""Content negotiation that does not negotiate.

It has a module of its own because DRF's views import it while they are being imported themselves.
"""

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class AlwaysJSON(BaseContentNegotiation):
    """Ignore Accept: JSON is what there is."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> None:
        """Parse nothing; bodies are read by `bodies`."""
        return

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the only renderer."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
