"""Suspicions about what countries are called: each check looks at all names at once and asks no database."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from rapidfuzz import fuzz

from apps.geography.names.matching import loosened
from apps.geography.report.likeness import WITHOUT_VOWELS, consonants, sound
from apps.geography.report.scripts import mixed, wrong
from apps.geography.report.suspicions import Suspicion
from apps.geography.sources.pinned import fixture
from apps.geography.validation.characters import fault
from apps.imports.files.source import read_tsv

# `{code: {language: name}}`
NamesOfCountries = Mapping[str, Mapping[str, str]]

# How alike a name is to the former one before it is taken for it, and how much more than to the one of today.
ALIKE, MARGIN = 65, 8


def former_names(names: NamesOfCountries) -> Iterator[Suspicion]:
    """Yield names that sound like one that the country had before, more than like the one that it has."""
    for code, former, current in read_tsv(fixture("former_country_names.tsv"), "code", "former", "current"):
        for language, name in names.get(code, {}).items():
            key = consonants if language in WITHOUT_VOWELS else sound
            then, now = (
                max(fuzz.ratio(key(name), key(each)) for each in text.split("; ")) for text in (former, current)
            )
            if then >= ALIKE and then - now >= MARGIN:
                evidence = f"{then:.0f} like {former}, {now:.0f} like {current}"
                yield Suspicion("former_country_name", code, language, name, evidence)


def twin_names(names: NamesOfCountries) -> Iterator[Suspicion]:
    """Yield names that two countries have in one language."""
    bearers = defaultdict(list)
    for code, texts in names.items():
        for language, name in texts.items():
            bearers[language, loosened(name)].append((code, name))
    for (language, _), rows in bearers.items():
        for code, name in rows:
            if others := [other for other, _ in rows if other != code]:
                yield Suspicion("twin_country_name", code, language, name, f"also {', '.join(others)}")


def odd_names(names: NamesOfCountries) -> Iterator[Suspicion]:
    """Yield names in another script than their language's, or in several, and of odd characters."""
    for code, texts in names.items():
        for language, name in texts.items():
            if found := wrong(name, language) or mixed(name) or fault(name):
                yield Suspicion("odd_country_name", code, language, name, found)


def borrowed_names(alternatives: Iterable[tuple[str, str, str]]) -> Iterator[Suspicion]:
    """Yield alternative names, (code, language, name), that another country has in the same language, too."""
    bearers = defaultdict(set)
    for code, language, name in alternatives:
        bearers[language, loosened(name)].add((code, name))
    for (language, _), rows in bearers.items():
        for code, name in sorted(rows):
            if others := sorted({other for other, _ in rows if other != code}):
                yield Suspicion("borrowed_country_name", code, language, name, f"also {', '.join(others)}")


CHECKS: dict[str, Callable[[NamesOfCountries], Iterator[Suspicion]]] = {
    "former_country_name": former_names,
    "twin_country_name": twin_names,
    "odd_country_name": odd_names,
}
