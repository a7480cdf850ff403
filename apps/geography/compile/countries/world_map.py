"""Compile a map of the world out of Natural Earth's borders, and our own dots where it draws no border."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from pathlib import Path
from typing import Any

import pycountry

from apps.geography.sources.countries.reader import codes, positions
from apps.imports.files.source import BadSource, read_json

FILE = "world_map.svg"
WIDTH = 1000
# Equal Earth (Šavrič, Patterson and Jenny 2018), in which areas are as they are on the globe.
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
# Shapes of Natural Earth that ISO has no number for: its Kosovo, and two parts of countries.
UNNUMBERED = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
# Countries of their own that Natural Earth draws as parts of another: west, south, east and north of a box around each.
PARTS = {"GF": ("FR", (-55, 2, -51, 6)), "SJ": ("NO", (10, 74, 34, 81))}
NORTHERNMOST, SOUTHERNMOST = 84, -86
# The map ends where the fewest live: in the Bering Strait.
WESTERNMOST = -168.4
LEAST = 150
# A shape of less than this across cannot be hit, and gets a dot.
SMALLEST = 3

Point = tuple[float, float]
Ring = Sequence[Point]


def compile_world_map(atlas: Path, fixtures: Path) -> None:
    """Write `world_map.svg` from `countries-110m.json` of the npm package `world-atlas`: a path for each country."""
    topology = read_json(atlas)
    if "arcs" not in topology:
        raise BadSource(f"{atlas} is no TopoJSON; give countries-110m.json.")
    drawn = dict(_drawn(topology))
    if len(drawn) < LEAST:
        raise BadSource(f"{atlas} has only {len(drawn)} countries; give countries-110m.json.")
    right, top = _projected(180, 0)[0], _projected(0, NORTHERNMOST)[1]
    scale = WIDTH / right / 2
    height = round((top - _projected(0, SOUTHERNMOST)[1]) * scale)

    def placed(point: Point) -> tuple[int, int]:
        east, north = _projected((point[0] - WESTERNMOST) - 180, point[1])
        return round((east + right) * scale), round((top - north) * scale)

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">']
    for code in codes():
        path = "".join(map(_closed, ([placed(point) for point in ring] for ring in drawn.get(code, ()))))
        if not path:
            north, east = positions()[code]
            path = "M{},{}h0".format(*placed((_turned(east), north)))
        lines.append(f'<path id="{code}" d="{path}"/>')
    (fixtures / FILE).write_text("\n".join([*lines, "</svg>"]) + "\n", encoding="utf-8")


def _drawn(topology: Any) -> Iterator[tuple[str, list[Ring]]]:
    """Yield the rings of each country, as the file has them."""
    arcs = [_decoded(arc, topology["transform"]) for arc in topology["arcs"]]
    rings: dict[str, list[Ring]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        country = pycountry.countries.get(numeric=shape.get("id", ""))
        code = country.alpha_2 if country else UNNUMBERED.get(shape["properties"]["name"])
        if code is None:
            raise BadSource(f"Nobody knows which country {shape['properties']['name']} is; say so in world_map.py.")
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for ring in (_joined(ring, arcs) for polygon in polygons for ring in polygon):
            rings.setdefault(_part(code, ring), []).append(ring)
    yield from rings.items()


def _part(code: str, ring: Ring) -> str:
    """Return the country that a ring drawn for another is."""
    for part, (whole, (west, south, east, north)) in PARTS.items():
        if code == whole and all(west < x < east and south < y < north for x, y in ring):
            return part
    return code


def _decoded(arc: Iterable[Sequence[int]], transform: Any) -> Ring:
    """Return the degrees of an arc, which is stored as differences of whole numbers (TopoJSON, section 2.1.3)."""
    (scale_x, scale_y), (x, y) = transform["scale"], transform["translate"]
    steps = accumulate(arc, lambda at, step: (at[0] + step[0], at[1] + step[1]))
    return [(_turned(at[0] * scale_x + x), at[1] * scale_y + y) for at in steps]


def _turned(longitude: float) -> float:
    """Return the longitude as one from the map's left edge to its right one."""
    return longitude + 360 if longitude < WESTERNMOST else longitude


def _joined(ring: Iterable[int], arcs: Sequence[Ring]) -> Ring:
    """Return the points of a ring; a negative number is an arc backwards, whose first point is the last before it."""
    points: list[Point] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(arc[1:] if points else arc)
    # A ring around the pole comes to one edge of the map; it goes on at the other.
    for at, (here, there) in enumerate(pairwise(points)):
        if abs(here[0] - there[0]) > 180:
            around = [*points[at + 1 :], *points[1 : at + 1]]
            ends = [(around[-1][0], SOUTHERNMOST), (around[0][0], SOUTHERNMOST), around[0]]
            return [*around, *ends]
    return points


def _projected(longitude: float, latitude: float) -> Point:
    at = asin(sqrt(3) / 2 * sin(radians(latitude)))
    slope = 9 * A4 * at**8 + 7 * A3 * at**6 + 3 * A2 * at**2 + A1
    north = A4 * at**9 + A3 * at**7 + A2 * at**3 + A1 * at
    return 2 * sqrt(3) * radians(longitude) * cos(at) / (3 * slope), north


def _closed(points: Sequence[tuple[int, int]]) -> str:
    """Return a ring as a part of a path, in steps; nothing for one that is too small to be seen."""
    across = hypot(*(max(axis) - min(axis) for axis in zip(*points, strict=True)))
    if across < SMALLEST:
        return ""
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points[:-1]) if a != b]
    text = " ".join(f"{x},{y}" for x, y in steps)
    return f"M{points[0][0]},{points[0][1]}l{text}z".replace(",-", "-").replace(" -", "-")
