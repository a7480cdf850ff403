"""Which subdivisions people call the states of their country."""

from collections.abc import Iterable

from apps.geography.sources.pinned import fixture
from apps.imports.files.source import BadSource, read_tsv

FIRST, LOWEST = "first", "lowest"


def state_codes(rows: Iterable[tuple[str, str, str | None]]) -> set[str]:
    """Return the codes of the states among all subdivisions, given as (code, country, parent's code).

    They are the subdivisions of the first level, or those without further parts where `fixtures/list_levels.tsv`
    says "lowest": a capital region beside provinces that are grouped into regions.
    """
    rows = list(rows)
    levels = list_levels()
    parents = {parent for _, _, parent in rows}
    return {
        code
        for code, country, parent in rows
        if (code not in parents if levels.get(country) == LOWEST else parent is None)
    }


def list_levels() -> dict[str, str]:
    """Return the level of the states by country; those that are not named have theirs on the first."""
    path = fixture("list_levels.tsv")
    levels = {country: level for country, level, _ in read_tsv(path, "country", "level", "reason")}
    if unknown := set(levels.values()) - {FIRST, LOWEST}:
        raise BadSource(f"{path}: no such level: {', '.join(sorted(unknown))}")
    return levels
