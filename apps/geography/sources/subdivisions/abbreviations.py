"""How people shorten the names of subdivisions: "NRW", "Edomex"."""

from functools import cache

from apps.geography.sources.pinned import fixture
from apps.imports.files.source import read_tsv


@cache
def abbreviations() -> dict[str, list[str]]:
    """Return what `fixtures/subdivision_abbreviations.tsv` has, by code."""
    found: dict[str, list[str]] = {}
    for code, short in read_tsv(fixture("subdivision_abbreviations.tsv"), "code", "abbreviation"):
        found.setdefault(code, []).append(short)
    return found
