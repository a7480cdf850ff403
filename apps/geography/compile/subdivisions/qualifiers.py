"""Names without what tells them from others of the world: "Ñuble (region)", "Saint James, Barbados"."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

import pycountry

from apps.geography.names.matching import loosened

# A list of one country needs no "(region)"; some lack the closing bracket.
BRACKETED = re.compile(r"\s*[(（][^()（）]*[)）]?$")
# As in Latin and as in Arabic letters; in English, what a list is told by, too.
COMMA, LIST = re.compile("[,،]"), re.compile(r"[,&]|\band\b")
# Washington, D.C., is called so.
WHOLE = frozenset({"US-DC"})


def unqualified(names: Mapping[str, str], countries: Mapping[str, str], english: Mapping[str, str]) -> dict[str, str]:
    """Return the names of one language, `{code: name}`, without qualifiers.

    A qualifier stays where another subdivision of the country would else have the same name, unless one lies in
    the other. countries: what the language calls them, by alpha-2 code. english: names of which those without a comma
    tell that what stands behind one in another language is a qualifier.
    """
    single = {code for code, name in english.items() if code not in WHOLE and not LIST.search(name)}
    bare = {code: _bare(name, countries.get(code[:2], ""), code in single) for code, name in names.items()}
    bearers = defaultdict(set)
    for code, name in bare.items():
        bearers[code[:2], loosened(name)].add(code)
    return {
        code: bare[code] if name == bare[code] or bearers[code[:2], loosened(bare[code])] <= _family(code) else name
        for code, name in names.items()
    }


def _bare(name: str, country: str, is_single: bool) -> str:
    text = BRACKETED.sub("", name).strip(" ,،")
    first, *others = COMMA.split(text)
    if others and is_single:
        text = first.strip()
    elif others and loosened(others[-1]) == loosened(country):
        text = text[: -len(others[-1]) - 1].strip()
    return text or name


def _family(code: str) -> set[str]:
    """Return the code, that of the subdivision it lies in, and those that lie in it."""
    parents = _parents()
    return {code, parents.get(code) or code, *(child for child, parent in parents.items() if parent == code)}


@lru_cache(maxsize=1)
def _parents() -> dict[str, str | None]:
    return {subdivision.code: subdivision.parent_code for subdivision in pycountry.subdivisions}
