"""What people write around the name of a city: "New York, NY", "Milano (MI)", "Sydney NSW", "广东省广州市"."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from django.db.models import Q

from apps.geography.models import SearchName
from apps.geography.models.search import Kind
from apps.geography.search.folding import fold
from apps.geography.search.wordings import untitled

# Nobody writes more around a name; what the patterns cost grows with the square of it.
LONGEST = 200
# Of texts with single spaces: "Austin, TX", "São Paulo - SP", "Rio de Janeiro/RJ", "Zürich (ZH)".
BEHIND = re.compile(r"(?P<place>.+?)(?: ?[,،、/] ?| [-–—] | ?[(（] ?)(?P<around>[^,،、/()（）]+?) ?[)）]?")
# "Sydney NSW", "Boston MA".
CODE_BEHIND = re.compile(r"(?P<place>.+) (?P<around>[A-Z]{2,3})")
# As addresses have it: "Свердловская обл."
SHORT_OBLAST = re.compile(r"(?<= )обл\.?$", re.IGNORECASE)
# "경기도 수원시"; "神奈川県横浜市" has no space.
IN_FRONT = re.compile(
    r"(?P<around>[가-힣]+[도시]) (?P<place>[가-힣]{2,})|(?P<kind>.+?[省市县縣府都道県])(?P<rest>.{2,})"
)


class Qualified(NamedTuple):
    """A name, and what is said to be around the place."""

    place: str
    around: str


def qualified(name: str) -> Iterator[Qualified]:
    """Yield the ways to read a name as that of a place with what it lies in."""
    text = " ".join(name.split())
    if len(text) > LONGEST:
        return
    for pattern in (BEHIND, CODE_BEHIND):
        if found := pattern.fullmatch(text):
            yield Qualified(found["place"], found["around"])
    if found := IN_FRONT.fullmatch(text):
        yield Qualified(found["place"] or found["rest"], found["around"] or found["kind"])


def around(texts: Iterable[str], country: str, codes: Collection[str]) -> dict[str, set[str]]:
    """Return the codes of what each text may name, of the country's subdivisions and of itself; one query.

    By any name or code that search finds them by, with or without what says of what kind they are, and by what stands
    behind the country's in one of the `codes`: "Jal." is MX-JAL.
    """
    keys = {
        text: {fold(text), fold(SHORT_OBLAST.sub("область", text)), *(fold(rest) for rest, _ in untitled(text))} - {""}
        for text in set(texts)
    }
    wanted = sorted(set().union(*keys.values()))
    of_country = Q(country=country, kind__in=(Kind.SUBDIVISION, Kind.COUNTRY), text__in=wanted)
    named = SearchName.objects.filter(of_country).order_by().values_list("text", "place") if wanted else ()
    found = {code.partition("-")[2].lower(): {code} for code in codes}
    for key, place in named:
        found.setdefault(key, set()).add(place)
    return {text: set().union(*(found.get(key, ()) for key in own)) for text, own in keys.items()}
