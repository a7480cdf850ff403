"""Systems of subdivisions that are newer than ISO's list, of which an operator may choose one for a country.

ISO 3166-2 follows reforms late. `SUBDIVISION_SYSTEMS` says of which countries the imports take the divisions in force:
"NO=2024" has the counties of 2024, which succeed three of ISO's. Without it the list is ISO's, and a code of the newer
system is known as one that ISO's stands for; with it ISO's code names what succeeds it.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from apps.geography.sources.pinned import fixture
from apps.imports.files.source import BadSource, read_tsv

FILE = "subdivision_systems.tsv"
COLUMNS = ("country", "system", "since", "code", "type", "names", "succeeds", "within", "divisions")


@dataclass(frozen=True, slots=True)
class Division:
    """A division of a newer system.

    names: by language; empty where the code is one of ISO's that has grown. succeeds: the codes of ISO's list in whose
    place it stands. within: the one that it was a part of and that goes on without it. divisions: GeoNames' codes of it
    where they are not those of ISO's code.
    """

    country: str
    system: str
    since: str
    code: str
    type: str
    names: dict[str, str]
    succeeds: tuple[str, ...]
    within: str
    divisions: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """Whether ISO's list does not have the code."""
        return bool(self.names)


@lru_cache(maxsize=1)
def known() -> tuple[Division, ...]:
    """Return the divisions of all newer systems."""
    return tuple(
        Division(
            country,
            system,
            since,
            code,
            kind,
            {language: name for language, _, name in (each.partition("=") for each in names.split(";") if each)},
            tuple(succeeds.split()),
            within,
            tuple(divisions.split()),
        )
        for country, system, since, code, kind, names, succeeds, within, divisions in read_tsv(fixture(FILE), *COLUMNS)
    )


def chosen() -> list[Division]:
    """Return the divisions of the systems that the operator chose; raises BadSource where there is no such system."""
    wanted: list[str] = settings.SUBDIVISION_SYSTEMS
    systems = {f"{each.country}={each.system}" for each in known()}
    if unknown := sorted(set(wanted) - systems):
        raise BadSource(
            f"SUBDIVISION_SYSTEMS has {', '.join(unknown)}; give some of {', '.join(sorted(systems))}, or nothing."
        )
    return [each for each in known() if f"{each.country}={each.system}" in wanted]


def others() -> list[Division]:
    """Return the divisions of the systems that were not chosen."""
    taken = chosen()
    return [each for each in known() if each not in taken]


def successors() -> dict[str, list[str]]:
    """Return the codes of ISO's list that a chosen system has no more, and what succeeds each."""
    found: dict[str, list[str]] = {}
    for each in chosen():
        for code in each.succeeds:
            found.setdefault(code, []).append(each.code)
    return found
