"""Compile CLDR's names of subdivisions into `fixtures/`, without those that name the wrong place."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import icu
import pycountry
from django.conf import settings

from apps.geography.compile import cldr as source
from apps.geography.compile.condemned import condemn, nearer_code
from apps.geography.compile.subdivisions.qualifiers import unqualified
from apps.geography.compile.subdivisions.style import in_one_style, tidy
from apps.geography.compile.tsv import write_tsv
from apps.geography.names.matching import loosened
from apps.geography.sources.countries.names import territories
from apps.geography.sources.pinned import fixture
from apps.geography.sources.subdivisions.iso_names import clean
from apps.geography.sources.subdivisions.names import NAMES, WITHHELD, WITHHELD_COLUMNS, merged
from apps.geography.sources.subdivisions.reader import ALIASES, redirects
from apps.imports.files.source import read_tsv

REPAIRS = ("code", "language", "name", "note")
CONVERTED = ("code", "language")
# CLDR numbers the provinces of Iran as ISO did before 2020.
IRAN = dict(
    pair.split(">")
    for pair in (
        "01>03 02>04 03>24 04>10 05>16 06>18 07>23 08>14 10>06 11>19 12>20 13>11 14>07 15>08 16>12 17>05 18>17 19>01 "
        "20>15 21>02 22>00 23>22 24>13 25>21 26>25 27>27 28>26 29>29 30>09 31>28 32>30"
    ).split()
)

# Characters of both scripts which a converter takes for words: 干 is 乾 where it means dry.
SOUNDS = frozenset("干里采占布舍于夸")

NamesInOneLanguage = dict[str, str]


def compile_subdivisions(cldr: Path, fixtures: Path) -> None:
    """Write `subdivision_names/<language>.tsv` and `cldr_subdivision_aliases.tsv`.

    What ICU converted from the other Chinese script stands in `converted_subdivision_names.tsv`, what is left out of
    CLDR's and pycountry's names, and why, in `withheld_subdivision_names.tsv`.
    """
    write_tsv(fixtures / "cldr_subdivision_aliases.tsv", ALIASES, _aliases(cldr))
    read = {language: dict(_read(cldr, language)) for language, _ in settings.LANGUAGES}
    curated = _repair(read)
    english = dict(read["en"])
    plain = unqualified(english, territories("en"), {})
    for language, names in read.items():
        bare = unqualified(names, territories(language), {} if language == "en" else plain)
        given = {code for code, tag in curated if tag == language}
        read[language] = in_one_style({code: tidy(name) for code, name in bare.items()}, language, given, english)
    converted = _chinese(read["zh-hans"], read)
    withheld = condemn(lambda out: _merged(read, out), curated)
    for each in withheld:
        if read[each.language].get(each.code) == each.name:
            del read[each.language][each.code]
            converted.get(each.language, set()).discard(each.code)
    for language, names in read.items():
        if names:
            write_tsv(fixtures / "subdivision_names" / f"{language}.tsv", NAMES, sorted(names.items()))
    marks = [(code, language) for language, codes in converted.items() for code in sorted(codes)]
    write_tsv(fixtures / "converted_subdivision_names.tsv", CONVERTED, marks)
    rows = [(each.code, each.language, each.name, each.kind, each.evidence) for each in withheld]
    write_tsv(fixtures / WITHHELD, WITHHELD_COLUMNS, rows)


def _repair(read: dict[str, NamesInOneLanguage]) -> set[tuple[str, str]]:
    """Leave out misplaced names, put in those of `subdivision_repairs.tsv`, and return code and language of these."""
    doubtful = _misplaced(read["en"])
    repairs = [(code, tag, name) for code, tag, name, _ in read_tsv(fixture("subdivision_repairs.tsv"), *REPAIRS)]
    for language, names in read.items():
        for code in doubtful:
            names.pop(code, None)
        for code, tag, name in repairs:
            if tag in {language, "*"} or (tag.startswith("-") and tag != f"-{language}"):
                names.pop(code, None)
                if name:
                    names[code] = name
    return {(code, tag) for code, tag, name in repairs if name}


def _merged(
    read: dict[str, NamesInOneLanguage], withheld: Collection[tuple[str, str, str]]
) -> dict[str, dict[str, str]]:
    """Return all that subdivisions would be called, `{code: {language: name}}`, without what is withheld.

    Only in the languages that CLDR has some names in.
    """
    kept = {
        language: {code: name for code, name in names.items() if (code, language, name) not in withheld}
        for language, names in read.items()
    }
    texts = merged(kept, {code: each.country for code, each in redirects().items()}, withheld)
    spoken = {language for language, names in read.items() if names}
    return {code: {tag: name for tag, name in names.items() if tag in spoken} for code, names in texts.items()}


def _aliases(cldr: Path) -> Iterator[tuple[str, str]]:
    """Yield (code that was, codes that are): subdivisions, or the country that it became."""
    rows = []
    for alias in source.supplemental(cldr, "supplementalMetadata").iterfind("metadata/alias/subdivisionAlias"):
        replacements = [code if len(code) == 2 else _iso_code(code) for code in alias.get("replacement", "").split()]
        rows.append((_iso_code(alias.get("type", "")), " ".join(replacements)))
    yield from sorted(rows)


def _iso_code(code: str) -> str:
    """Return the ISO form of CLDR's code: "usca" is "US-CA"."""
    country, part = code[:2].upper(), code[2:].upper()
    return f"{country}-{IRAN.get(part, '') if country == 'IR' else part}"


def _read(cldr: Path, language: str) -> Iterator[tuple[str, str]]:
    """Yield (ISO code, name) of the current codes in one language."""
    # Subdivision names are Wikidata's, which knows one Portuguese and one Norwegian.
    locale = {"pt": "pt", "pt-br": "", "nb": "no"}.get(language, source.locale_name(language))
    path = cldr / "common" / "subdivisions" / f"{locale}.xml"
    if not locale or not path.exists():
        return
    current = {
        subdivision.code: clean(subdivision.code, subdivision.name).name for subdivision in pycountry.subdivisions
    }
    iran = []
    for element in source.tree(path).iterfind("localeDisplayNames/subdivisions/subdivision"):
        code = _iso_code(element.get("type", ""))
        # Superscripts tell apart names that are alike within a country; the rest are slips of the pen.
        name = re.sub(r"([¹²³⁴]+| †|\]| \(EH(-partial)?\))$", "", (element.text or "").strip()).strip()
        if not name or element.get("alt"):
            continue
        if code.startswith("IR-"):
            iran.append((code, f"IR-{element.get('type', '')[2:].upper()}", name))
        elif code in current:
            yield code, name
    yield from _iranian(iran, language, current).items()


def _iranian(rows: list[tuple[str, str, str]], language: str, current: NamesInOneLanguage) -> NamesInOneLanguage:
    """Return the names of Iran's provinces: some languages have moved some of them to the numbers of 2020 already.

    rows: the code by the old numbers, by today's, and the name.
    """
    names: NamesInOneLanguage = {}
    late = []
    for old, today, name in rows:
        codes = [each for each in (old, today) if each in current]
        nearer = nearer_code(name, language, codes, current) if codes else ""
        if nearer == old:
            names[nearer] = name
        elif nearer:
            late.append((nearer, name))
    return {**dict(late), **names}


def _misplaced(english: NamesInOneLanguage) -> set[str]:
    """Return the codes whose English name is that of another code of their country, and not their own."""
    bearers: dict[tuple[str, bytes], set[str]] = {}
    for subdivision in pycountry.subdivisions:
        name = loosened(clean(subdivision.code, subdivision.name).name)
        # A part of a subdivision may well bear its name: Asturias is a province of Asturias.
        bearers.setdefault((subdivision.country_code, name), set()).update(
            code for code in (subdivision.code, subdivision.parent_code) if code
        )
    return {code for code, name in english.items() if code not in bearers.get((code[:2], loosened(name)), {code})}


def _chinese(names: NamesInOneLanguage, read: dict[str, NamesInOneLanguage]) -> dict[str, set[str]]:
    """Fill both scripts from `zh.xml`, which mixes them, and return which codes were converted, by language."""
    to_simplified = icu.Transliterator.createInstance("Traditional-Simplified")
    to_traditional = icu.Transliterator.createInstance("Simplified-Traditional")
    simplified: NamesInOneLanguage = {}
    traditional = dict(read["zh-hant"])
    converted: dict[str, set[str]] = {"zh-hans": set(), "zh-hant": set()}
    for code, name in names.items():
        simplified[code] = to_simplified.transliterate(name)
        if simplified[code] != name:
            # It is Traditional already; converting it again would damage it.
            converted["zh-hans"].add(code)
            traditional.setdefault(code, name)
        elif code not in traditional:
            traditional[code] = _as_heard(name, to_traditional.transliterate(name))
            if traditional[code] != name:
                converted["zh-hant"].add(code)
    read["zh-hans"], read["zh-hant"] = simplified, traditional
    return converted


def _as_heard(simplified: str, traditional: str) -> str:
    """Return a converted name with the characters that stand for a sound as they were: Tashkent is 塔什干."""
    if len(simplified) != len(traditional):
        return traditional
    return "".join(was if was in SOUNDS else became for was, became in zip(simplified, traditional, strict=True))
