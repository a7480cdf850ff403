"""JSON as bytes."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer


def to_json(data: Any) -> bytes:
    """Return `data` as compact UTF-8 JSON; keys keep their order."""
    return orjson.dumps(data)


class JSONRenderer(BaseRenderer):
    """What every style sends."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return `data` as JSON; bytes are JSON already, None is an empty body."""
        if data is None:
            return b""
        return data if isinstance(data, bytes) else to_json(data)
