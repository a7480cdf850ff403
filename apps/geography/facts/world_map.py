"""The map of the world in `fixtures/world_map.svg`, country by country, for pages that draw it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from apps.geography.sources.pinned import fixture

PATH = re.compile(r'<path id="([A-Z]{2})" d="([^"]+)"/>')
VIEW_BOX = re.compile(r'viewBox="([0-9 ]+)"')


class WorldMap(NamedTuple):
    """A drawing: its `viewBox`, and what a `<path>` has for `d`, by country."""

    view_box: str
    paths: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spot:
    """A country on the map: its `<path>`, and its name where a page is about it."""

    code: str
    path: str
    name: str

    @property
    def is_dot(self) -> bool:
        """Whether it is too small to be drawn: a mere point, which is to be seen by the width of its stroke."""
        return self.path.endswith("h0")


@cache
def world_map() -> WorldMap:
    """Return the map."""
    text = fixture("world_map.svg").read_text(encoding="utf-8")
    found = VIEW_BOX.search(text)
    return WorldMap(found[1] if found else "", dict(PATH.findall(text)))


def spots(names: Mapping[str, str]) -> Sequence[Spot]:
    """Return all countries, those to be named by code; what is small comes last, and lies on its neighbours."""
    drawn = [Spot(code, path, names.get(code, "")) for code, path in world_map().paths.items()]
    return sorted(drawn, key=lambda spot: spot.is_dot)
