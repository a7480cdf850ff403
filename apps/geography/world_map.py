"""The map of the world in `fixtures/world_map.svg`, country by country, for pages that draw it."""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from apps.geography.sources.pinned import fixture

PATH = re.compile(r'<path id="([A-Z]{2})" d="([^"]+)"/>')
VIEW_BOX = re.compile(r'viewBox="([0-9 ]+)"')


class WorldMap(NamedTuple):
    """A drawing: its `viewBox`, and what a `<path>` has for `d`, by country. A territory too small to draw is a dot."""

    view_box: str
    paths: Mapping[str, str]

    @staticmethod
    def is_dot(path: str) -> bool:
        """Return whether a path is a mere point, which is to be seen by the width of its stroke."""
        return path.endswith("h0")


@cache
def world_map() -> WorldMap:
    """Return the map."""
    text = fixture("world_map.svg").read_text(encoding="utf-8")
    found = VIEW_BOX.search(text)
    return WorldMap(found[1] if found else "", dict(PATH.findall(text)))
