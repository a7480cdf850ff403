"""Suspicions about what subdivisions are called: each check looks at all names at once and asks no database."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from apps.geography.names.matching import loosened
from apps.geography.report.likeness import WITHOUT_VOWELS, consonants, key, likest, sound
from apps.geography.report.scripts import HAN, mixed, scripts, wrong
from apps.geography.report.suspicions import Suspicion

# Likeness from which a name is another place's, and up to which it may still be its own.
ANOTHER, MARGIN = 88, 22
FAR, SHORTEST = 50, 5
# A name in a Latin list that is less alike than this to all that ISO and GeoNames call the place.
ENGLISH_FAR = 60
WORDS = re.compile(r"[^\W\d_]+")
# Words of names that languages translate, so that the sound of a name says nothing.
TRANSLATED = frozenset(
    """
    and area autonomous bay capital center central centre centro city coast coastal district eastern east federal
    federation forest free gulf highland highlands inner island islands isles lake lakes litoral littoral lower metro
    metropolitan middle mount mountain national new north northeast northeastern northern northwest northwestern norte
    occidental of old oriental outer peninsula plateau plains primorye province red region republic river savanes
    savannah sea sul south southeast southeastern southern southwest southwestern state sud sur nord est ouest centrale
    territories territory the upper valley west western white black markazi oriente
    """.split()
)
NAMESPACE = re.compile(r"^\w{3,}:[^\Ws]|\{\{|\}\}|\[\[|<[a-z]|^(template|category|talk|user|file)\b.*:", re.IGNORECASE)
HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Cs"})
# Joiners are letters' own business in Indic and Arabic scripts.
JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class Naming:
    """All names of subdivisions, and what they are compared with.

    texts: `{code: {language: name}}`. known: what ISO calls each, and GeoNames where it is known, by code.
    parents: the code of the whole, by code. countries: `{country: {language: name}}`.
    """

    texts: Mapping[str, Mapping[str, str]]
    known: Mapping[str, Collection[str]]
    parents: Mapping[str, str | None]
    countries: Mapping[str, Mapping[str, str]]

    def of(self, language: str) -> dict[str, str]:
        """Return the names in one language, by code."""
        return {code: names[language] for code, names in self.texts.items() if names.get(language)}

    @cached_property
    def languages(self) -> list[str]:
        """The languages in which some subdivision has a name."""
        return sorted({language for names in self.texts.values() for language in names})

    @cached_property
    def own(self) -> dict[str, list[str]]:
        """The names that a place surely has: ISO's, GeoNames', and English."""
        return {
            code: list(dict.fromkeys([*self.known.get(code, ()), *filter(None, [names.get("en", "")])]))
            for code, names in self.texts.items()
        }

    @cached_property
    def parts(self) -> dict[str, list[str]]:
        """The codes below each code that has some."""
        codes = defaultdict(list)
        for code, whole in self.parents.items():
            if whole:
                codes[whole].append(code)
        return dict(codes)

    def kin(self, code: str) -> set[str]:
        """Return the code itself, its whole and its parts, which may share a name."""
        whole = self.parents.get(code)
        return {code, *self.parts.get(code, ()), *([whole] if whole else [])}


def twin_names(naming: Naming) -> Iterator[Suspicion]:
    """Yield names that two codes of a country have in one language, unless one lies in the other."""
    for language in naming.languages:
        bearers = defaultdict(list)
        for code, name in naming.of(language).items():
            bearers[code[:2], loosened(name)].append((code, name))
        for rows in bearers.values():
            for code, name in rows:
                others = [other for other, _ in rows if other not in naming.kin(code)]
                if others:
                    yield Suspicion("twin_name", code, language, name, f"also {', '.join(others)}")


def names_of_another(naming: Naming) -> Iterator[Suspicion]:
    """Yield names that are nearer to another place's name than to all that their own is surely called.

    The others are those of the country first, then all of the world, and these only where a name has nothing of its
    own place: there is more than one San José.
    """
    others = _Others(naming)
    for language in naming.languages:
        if language == "en":
            continue
        for code, name in naming.of(language).items():
            own = likest(name, naming.own[code], language)
            if own > 100 - MARGIN:
                continue
            if found := others.sibling(code, name, language, own) or others.stranger(code, name, language, own):
                other, score = found
                evidence = f"{score:.0f} like {other} {naming.texts[other].get('en', '')!r}, {own:.0f} like its own"
                yield Suspicion("name_of_another", code, language, name, evidence)


class _Others:
    """The names of all places, to be asked which is likest."""

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        rows = [(code, name) for code, names in naming.own.items() for name in names]
        self.codes = [code for code, _ in rows]
        self.keys = {False: [sound(name) for _, name in rows], True: [consonants(name) for _, name in rows]}
        self.places: dict[str, list[int]] = defaultdict(list)
        for place, code in enumerate(self.codes):
            self.places[code[:2]].append(place)
        # Places share many keys, and to go through all is what takes time: each key once, with its first place.
        self.first: dict[bool, dict[str, str]] = {False: {}, True: {}}
        for is_bare, keys in self.keys.items():
            for asked, code in zip(keys, self.codes, strict=True):
                self.first[is_bare].setdefault(asked, code)
        self.choices = {is_bare: list(codes) for is_bare, codes in self.first.items()}
        self.same: dict[tuple[str, str], set[str]] = defaultdict(set)
        for code, names in naming.texts.items():
            for language, name in names.items():
                self.same[language, key(name, language)].add(code)

    def sibling(self, code: str, name: str, language: str, own: float) -> tuple[str, float] | None:
        """Return the subdivision of the country whose name this is."""
        asked = key(name, language)
        if len(asked) < SHORTEST - 1:
            return None
        keys = self.keys[language in WITHOUT_VOWELS]
        # What Chinese characters sound like tells little.
        margin = MARGIN + 8 if language in WITHOUT_VOWELS else MARGIN
        least = max(98 if scripts(name) <= HAN else ANOTHER, own + margin)
        if least > 100:
            return None
        choices = {place: keys[place] for place in self.places[code[:2]]}
        found = process.extract(asked, choices, scorer=fuzz.ratio, score_cutoff=least, limit=8)
        kin = self.naming.kin(code)
        for _, score, place in found:
            other = self.codes[place]
            if other not in kin and not self._is_direction_of(code, other):
                return other, score
        return None

    def stranger(self, code: str, name: str, language: str, own: float) -> tuple[str, float] | None:
        """Return a place of another country whose name this is, where it is not the place's own in any language."""
        if own >= FAR or self._says_what_it_means(code) or self._is_shared(code, name, language):
            return None
        asked = key(name, language)
        for other in sorted(self.same[language, asked]) if len(asked) >= SHORTEST - 1 else ():
            score = likest(name, self.naming.own[other], language)
            if other[:2] != code[:2] and score - own >= MARGIN and score > FAR:
                return (other, score) if not self._says_what_it_means(other) else None
        if len(asked) < SHORTEST or scripts(name) <= HAN:
            return None
        is_bare = language in WITHOUT_VOWELS
        found = process.extractOne(asked, self.choices[is_bare], scorer=fuzz.ratio, score_cutoff=ANOTHER + 6)
        other = self.first[is_bare][found[0]] if found else ""
        return (other, found[1]) if found and not self._says_what_it_means(other) else None

    def _says_what_it_means(self, code: str) -> bool:
        """Return whether a name is made of words that every language has its own for: "Eastern", "Capital"."""
        return is_made_of_common_words(self.naming.texts[code].get("en", ""))

    def _is_direction_of(self, code: str, other: str) -> bool:
        """Return whether two names differ in such words alone: Leyte and Southern Leyte."""
        one, two = (
            {word for word in WORDS.findall(self.naming.texts[each].get("en", "").lower()) if word not in TRANSLATED}
            for each in (code, other)
        )
        return one == two

    def _is_shared(self, code: str, name: str, language: str) -> bool:
        """Return whether other languages call the place something alike, each in its own words."""
        others = {text for tag, text in self.naming.texts[code].items() if tag != language and text != name}
        return likest(name, others, language) >= FAR + MARGIN


def is_made_of_common_words(name: str) -> bool:
    """Return whether a name names nothing: "Eastern", "Capital"."""
    return all(word in TRANSLATED for word in WORDS.findall(name.lower()))


def english_far(naming: Naming) -> Iterator[Suspicion]:
    """Yield English names that are unlike all that ISO and GeoNames call the place."""
    for code, name in naming.of("en").items():
        score = likest(name, naming.known.get(code, ()))
        if naming.known.get(code) and score < ENGLISH_FAR:
            yield Suspicion("english_far", code, "en", name, f"known as {', '.join(naming.known[code])}")


def names_of_the_country(naming: Naming) -> Iterator[Suspicion]:
    """Yield names that are the country's own in that language, where the place is not called after it."""
    for code, language, name in _rows(naming):
        country = naming.countries.get(code[:2], {})
        if loosened(country.get(language, "")) != loosened(name):
            continue
        english = {loosened(each) for each in naming.own[code]}
        if loosened(country.get("en", "")) not in english and loosened(name) not in english:
            yield Suspicion("name_of_country", code, language, name, f"the name of {code[:2]}")


def wrong_scripts(naming: Naming) -> Iterator[Suspicion]:
    """Yield names without a letter of the script of their language."""
    for code, language, name in _rows(naming):
        if found := wrong(name, language):
            yield Suspicion("wrong_script", code, language, name, found)


def mixed_scripts(naming: Naming) -> Iterator[Suspicion]:
    """Yield names with letters of more than one script."""
    for code, language, name in _rows(naming):
        if found := mixed(name):
            yield Suspicion("mixed_scripts", code, language, name, found)


def odd_characters(naming: Naming) -> Iterator[Suspicion]:
    """Yield names that are not in normal form C, hold what cannot be seen, or have blanks too many."""
    for code, language, name in _rows(naming):
        if found := oddities(name):
            yield Suspicion("odd_characters", code, language, name, found)


def oddities(name: str) -> str:
    """Return what is odd about the characters of a name, or nothing."""
    if not unicodedata.is_normalized("NFC", name):
        return "not in normal form C"
    hidden = [char for char in name if unicodedata.category(char) in HIDDEN and char not in JOINERS]
    if hidden:
        return f"holds {unicodedata.name(hidden[0], hex(ord(hidden[0])))}"
    return "blanks too many" if name != " ".join(name.split()) else ""


def page_titles(naming: Naming) -> Iterator[Suspicion]:
    """Yield names that are titles of pages of a wiki, or markup."""
    for code, language, name in _rows(naming):
        if NAMESPACE.search(name):
            yield Suspicion("page_title", code, language, name, "written as the title of a page, or as markup")


def lower_case(naming: Naming) -> Iterator[Suspicion]:
    """Yield names that begin with a small letter."""
    for code, language, name in _rows(naming):
        if name[0].title() != name[0]:
            yield Suspicion("lower_case", code, language, name, "begins with a small letter")


def _rows(naming: Naming) -> Iterator[tuple[str, str, str]]:
    for code, names in naming.texts.items():
        for language, name in names.items():
            if name:
                yield code, language, name


CHECKS = {
    "twin_name": twin_names,
    "name_of_another": names_of_another,
    "english_far": english_far,
    "name_of_country": names_of_the_country,
    "wrong_script": wrong_scripts,
    "mixed_scripts": mixed_scripts,
    "odd_characters": odd_characters,
    "page_title": page_titles,
    "lower_case": lower_case,
}
