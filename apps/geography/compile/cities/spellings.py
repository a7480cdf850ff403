"""Which of a city's alternative names, that say no language, are known spellings and no misspellings."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from babel.languages import get_official_languages
from rapidfuzz import fuzz

from apps.geography.compile.cities.geonames import City, clean, is_written, native, scripts
from apps.geography.names.languages import LANGUAGES, SOURCE_LANGUAGE
from apps.geography.names.matching import folded, loosened
from apps.geography.names.renderings import SOVIET, foreign_scripts
from apps.geography.search.folding import LONG_FORMS
from apps.geography.sources.countries.reader import official_languages
from apps.geography.sources.subdivisions.romanization import romanized
from apps.geography.validation.suggestions import CUTOFF, plain

CODE = re.compile(r"[A-Z]{1,4}")
# What those leave out, double or mix up who write English by ear: "Saint Lewis".
UNHEARD = re.compile(r"[aeiouwyh ]|(.)(?=\1)")
# How German, Danish, Norwegian and Swedish are written without their letters.
DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae"})
# What stands for one and the same letter of another script: y and i; oo, ou and u; a mute h at the end of a word.
SAME_LETTERS = tuple(
    (re.compile(pattern), letter)
    for pattern, letter in (
        ("[^a-z ]", ""),
        ("ou|oo", "u"),
        ("ee", "i"),
        ("y", "i"),
        ("q", "k"),
        ("w", "v"),
        ("(?<=[aeiou])h( |$)", r"\1"),
        (r"(.)\1+", r"\1"),
        (" ", ""),
    )
)
# Nobody agrees which of two vowels a script has that writes neither, and how the article sounds: Er-Riad.
ARTICLE, UNWRITTEN_VOWEL = re.compile("^[ae][ldnrstz] "), re.compile("e")
UNWRITTEN = frozenset({"Arab"})
# Where a breath more or less is heard in the letters of the script alone: Bhatinda, Bathinda.
BREATHED = frozenset("Beng Deva Gujr Guru Knda Mlym Orya Sinh Taml Telu".split())
BREATH = re.compile("(?<=[bdgkpt])h")


def respelt(city: City, spellings: list[str], names: Mapping[str, str]) -> Iterator[str]:
    """Yield the spellings that are no misspellings of the names that the city has in languages.

    One in Latin letters that is like the name in English or at the place, but not it, is taken for a misspelling
    ("San Fransisco"), unless it spells letters out ("Muenchen"). In other scripts it is rather the right one of another
    language, and where names are written in those, one is right that renders the same letters in another way ("Al
    Jubail" for Al Jubayl). Codes, and the transliterations that GeoNames computes, are passed over. What the systems of
    the boards and of the United Nations make of the names at the place is right however like.
    """
    yield from (romanizations := list(_romanized(city, names)))
    written = (*LANGUAGES, *official_languages(city.country), *_regional_languages(city.country))
    spelt_out = {loosened(name.lower().translate(DIGRAPHS)) for name in (city.name, *names.values())}
    own = city.name, names.get(SOURCE_LANGUAGE, city.name)
    known = [plain(name) for name in (*own, *native(city, names))]
    foreign = foreign_scripts(city.country)
    lettered = {lettering(name, foreign) for name in (*own, *romanizations)} if foreign else set()
    heard = {_heard(name) for name in known} if set(official_languages(city.country)) <= {SOURCE_LANGUAGE} else set()
    for text in spellings:
        name = clean(text, city.name)
        if not name or CODE.fullmatch(name) or name[0].islower() or not is_written(name, written):
            continue
        is_latin = scripts(name) == {"Latn"}
        is_misspelt = any(_is_near(plain(name), each) for each in known) or _heard(plain(name)) in heard
        is_respelt = is_misspelt and bool(foreign) and lettering(name, foreign) in lettered
        if not is_latin or loosened(name) in spelt_out or not is_misspelt or is_respelt:
            yield name


def lettering(name: str, foreign: frozenset[str]) -> str:
    """Return what the ways have in common to write a name of another script in Latin letters.

    foreign: the scripts that it may be written in.
    """
    text = folded(name).replace("-", " ").replace("'", "")
    rules = [*SAME_LETTERS]
    if UNWRITTEN & foreign:
        rules = [(ARTICLE, ""), *rules[:3], (UNWRITTEN_VOWEL, "a"), *rules[3:]]
    if BREATHED & foreign:
        rules = [(BREATH, ""), *rules]
    for pattern, letter in rules:
        text = pattern.sub(letter, text)
    return text


def _romanized(city: City, names: Mapping[str, str]) -> Iterator[str]:
    languages = {tag.partition("-")[0].lower() for tag in official_languages(city.country)}
    for language in sorted(languages | ({"ru"} if city.country in SOVIET else set())):
        if language in names and scripts(names[language]) != {"Latn"}:
            yield from (text for _, text in romanized(names[language], language))


@cache
def _regional_languages(country: str) -> tuple[str, ...]:
    """Return the tags of languages that are official in a part of the country: Gujarati, Odia."""
    return tuple(tag.replace("_", "-") for tag in get_official_languages(country, regional=True))


def _heard(name: str) -> str:
    """Return what is left of a name by ear, where its words are written out as they are said."""
    return UNHEARD.sub("", " ".join(LONG_FORMS.get(word, word) for word in name.split()))


def _is_near(spelling: str, name: str) -> bool:
    """Return whether a spelling is so like a name that it would be suggested instead, and so are the words that differ.

    Where words are only added or left out, or others than before, it is another name: "Thành phố Hồ Chí Minh".
    """
    words, others = spelling.split(), name.split()
    own = " ".join(word for word in words if word not in others)
    its = " ".join(word for word in others if word not in words)
    return bool(own and its) and min(fuzz.ratio(spelling, name), fuzz.ratio(own, its)) >= CUTOFF
