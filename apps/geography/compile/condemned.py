"""Leave out names that the checks of `report` condemn, so that a better source, or English, stands in."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain

from rapidfuzz import fuzz

from apps.geography.names.latin import latin
from apps.geography.names.matching import loosened
from apps.geography.report import names as checks
from apps.geography.report.likeness import key, likest
from apps.geography.report.names import Naming
from apps.geography.report.naming import naming_of
from apps.geography.report.suspicions import Suspicion, reason
from apps.geography.sources.subdivisions.names import TextsByCode

# What is wrong beyond doubt, unless a person says that it is right.
CONDEMNING = (
    checks.page_titles,
    checks.wrong_scripts,
    checks.mixed_scripts,
    checks.odd_characters,
    checks.names_of_another,
    checks.names_of_the_country,
)
# As often as a name that was left out uncovers another, which is as bad.
PASSES = 4
# Twins of which none is likelier by this much are both left out.
LIKELIER = 4


def condemn(
    gather: Callable[[Collection[tuple[str, str, str]]], TextsByCode], curated: Collection[tuple[str, str]]
) -> list[Suspicion]:
    """Return what to leave out of the names that `gather` returns, given what to leave out.

    curated: code and language of the names that a person gave.
    """
    out: dict[tuple[str, str, str], Suspicion] = {}
    for _ in range(PASSES):
        naming = naming_of(gather(out.keys()))
        found = [
            each
            for each in chain(*(check(naming) for check in CONDEMNING), _lesser_twins(naming))
            if each.language != "en" and (each.code, each.language) not in curated and not reason(each)
        ]
        new = {(each.code, each.language, each.name): each for each in found}
        if not new.keys() - out.keys():
            break
        out = new | out
    return sorted(out.values(), key=lambda each: (each.code, each.language, each.name))


def _lesser_twins(naming: Naming) -> Iterator[Suspicion]:
    """Yield of the codes that share a name all but the one that it fits best, and all where none does."""
    groups: dict[tuple[str, str, bytes], list[Suspicion]] = defaultdict(list)
    for twin in checks.twin_names(naming):
        groups[twin.code[:2], twin.language, loosened(twin.name)].append(twin)
    for twins in groups.values():
        fits = sorted((_fit(naming, twin), twin.code) for twin in twins)
        is_told = fits[-1][0] - fits[-2][0] >= LIKELIER if len(fits) > 1 else False
        yield from (twin for twin in twins if not is_told or twin.code != fits[-1][1])


def _fit(naming: Naming, twin: Suspicion) -> float:
    """Return how well a name fits: by its sound, then by its letters, words for the kind of place and all."""
    own = naming.own[twin.code]
    letters = max(fuzz.ratio(latin(twin.name), latin(name)) for name in own[-1:] or [twin.name])
    return likest(twin.name, own, twin.language) + letters


def nearer_code(name: str, language: str, codes: Iterable[str], english: dict[str, str]) -> str:
    """Return that of several codes whose English name is likest; the first of equals."""
    return max(codes, key=lambda code: fuzz.ratio(key(name, language), key(english[code], language)))
