"""Subdivisions, their types and official names, from pycountry, Babel and fixtures/."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pycountry
from django.db.models import Q

from apps.geography.sources.countries import names as country_names
from apps.geography.sources.countries.reader import codes
from apps.geography.sources.pinned import fixture
from apps.geography.sources.subdivisions import iso_table, official_names, states, systems
from apps.geography.sources.subdivisions import names as subdivision_names
from apps.geography.tables import OFFICIAL_NAMES, SUBDIVISIONS, TYPES
from apps.imports.diff import stored_rows, upstream_row
from apps.imports.files.source import BadSource, read_tsv
from apps.imports.tables import Dataset, Row

ALIASES = ("code", "replaced_by")

# CLDR's aliases carry no date; this is the release that we compiled them from.
CLDR_RELEASED_ON = "2025-10-29"
RENAMES = ("code", "replaced_by", "withdrawn_on", "source")
REDIRECTS = ("code", "country", "subdivision", "source")


class Place(NamedTuple):
    """A subdivision as `states` looks at it."""

    code: str
    country: str
    parent: str | None


class Redirect(NamedTuple):
    """What a code also is."""

    country: str
    subdivision: str | None


class Rename(NamedTuple):
    """What became of a code that ISO withdrew: codes of subdivisions, or of a country."""

    replaced_by: list[str]
    withdrawn_on: str


def datasets(table: Path | None = None, *, keep_table: bool = True) -> list[Dataset]:
    """Return types, subdivisions and official names, as the pinned packages have them.

    table: a table of ISO 3166-2 whose official names outrank those of the packages. Without one, those of the table
    that was imported last do, unless keep_table is off.
    """
    names = subdivision_names.names({code: each.country for code, each in redirects().items()})
    names |= {each.code: each.names for each in systems.chosen() if each.is_new}
    official = list(official_names.rows(names))
    if table:
        read = iso_table.parse(table, set(names))
        rows = iso_table.outrank(read.rows, official, read.unread)
        dataset = Dataset(OFFICIAL_NAMES, rows, read.rejected, read.unread, read.is_complete, table.name, read.lines)
    else:
        dataset = Dataset(OFFICIAL_NAMES, iso_table.outrank(_imported_table() if keep_table else [], official))
    return [
        Dataset(TYPES, list(subdivision_names.types())),
        Dataset(SUBDIVISIONS, [*_current(names), *_withdrawn(names)]),
        dataset,
    ]


@lru_cache(maxsize=1)
def redirects() -> dict[str, Redirect]:
    """Return the current codes that are countries, or subdivisions of one, in their own right."""
    rows = read_tsv(fixture("subdivision_redirects.tsv"), *REDIRECTS)
    return {code: Redirect(country, subdivision or None) for code, country, subdivision, _ in rows}


def renames() -> dict[str, Rename]:
    """Return the withdrawn codes: CLDR's aliases, and what ISO's newsletters add to them or correct.

    A code of a system that is newer than ISO's list, and was not chosen, is one of them; ISO's codes that a chosen
    system has no more are not, since they keep their names.
    """
    gone = systems.successors()
    current = {subdivision.code for subdivision in pycountry.subdivisions} - gone.keys()
    current |= {each.code for each in systems.chosen()}
    countries = set(codes())
    aliases = {
        code: (text, CLDR_RELEASED_ON) for code, text in read_tsv(fixture("cldr_subdivision_aliases.tsv"), *ALIASES)
    }
    aliases.update((code, (text, day)) for code, text, day, _ in read_tsv(fixture("subdivision_renames.tsv"), *RENAMES))
    aliases.update(
        (each.code, (" ".join(each.succeeds) or each.within, each.since)) for each in systems.others() if each.is_new
    )
    aliases.update((code, (" ".join(codes), "")) for code, codes in gone.items())

    def successors(code: str, passed: tuple[str, ...] = ()) -> list[str]:
        """Follow renames until codes that stand today."""
        if code in current or code in countries:
            return [code]
        if code in passed or code not in aliases:
            return []
        found = [each for next_code in aliases[code][0].split() for each in successors(next_code, (*passed, code))]
        return list(dict.fromkeys(found))

    return {
        code: Rename(found, day)
        for code, (_, day) in sorted(aliases.items())
        if code not in current | gone.keys() and code[:2] in countries and (found := successors(code))
    }


def _current(names: dict[str, dict[str, str]]) -> Iterator[Row]:
    every = sorted(pycountry.subdivisions, key=lambda subdivision: subdivision.code)
    if len(every) < 4000:
        raise BadSource(f"pycountry has only {len(every)} subdivisions.")
    new = [each for each in systems.chosen() if each.is_new]
    gone, since = systems.successors(), {each.country: each.since for each in systems.chosen()}
    counted = states.state_codes(Place(each.code, each.country_code, each.parent_code) for each in every)
    for division in new:
        rest: tuple[Any, ...] = (None, division.type, True, True, None, None, [])
        yield division.code, division.country, *rest, *country_names.columns(names[division.code])
    for each in every:
        redirect = redirects().get(each.code)
        yield (
            each.code,
            each.country_code,
            each.parent_code,
            each.type.lower(),
            True,
            each.code in counted,
            redirect.country if redirect else None,
            redirect.subdivision if redirect else None,
            gone.get(each.code, []),
            *country_names.columns(names[each.code]),
            *((since[each.country_code],) if each.code in gone else ()),
        )


def _withdrawn(names: dict[str, dict[str, str]]) -> Iterator[Row]:
    """Yield the rows of withdrawn codes, which bear the English name of their first successor, unless it is known."""
    english = country_names.territories("en")
    own = {each.code: each.names["en"] for each in systems.others() if each.is_new}
    for code, (replaced_by, withdrawn_on) in renames().items():
        first = replaced_by[0]
        country = first if len(first) == 2 else None
        name = own.get(code) or (english[first] if country else names[first]["en"])
        unknown: tuple[Any, ...] = (None, None, True, False, country, None, replaced_by)
        yield (code, code[:2], *unknown, *country_names.columns({"en": name}), withdrawn_on)


def _imported_table() -> list[Row]:
    """Return what the table that staff imported last said, whatever they edited since."""
    from_table = replace(OFFICIAL_NAMES, scope=Q(upstream__source=iso_table.SOURCE))
    return [row for stored in stored_rows(from_table) if (row := upstream_row(from_table, stored))[-1] is None]
