"""Which cities of a country a name means."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from threading import Lock

from django.db.models import Q

from apps.geography.models import City, CityName, Country
from apps.geography.names.abbreviations import spelt_out
from apps.geography.names.languages import parents
from apps.geography.names.matching import as_typed, loosened
from apps.geography.names.orthography import relaxed, relaxed_as_typed
from apps.geography.names.renderings import is_rendered, rendered
from apps.geography.sources.cities.also_within import guests
from apps.revisions import numbers

Index = dict[bytes, tuple[int, ...]]

# A hyphen parts names where it stands alone: "Bolzano - Bozen".
BETWEEN_NAMES = re.compile("[()/（）／]| [-–—] ")
# What forms and registers put before the name of a city.
CITY_OF = re.compile(
    r"(the )?(city|municipality) of |(ville|commune) d(e |['’])|(ciudad|cidade|ciutat|municipio|município) de |"
    r"(città|comune) di |(freie und )?(landeshaupt|hanse|universitäts|luther)?stadt |gemeente |kota |lungsod ng |"
    r"hlavní město |hl\. ?m\. |miasto (stołeczne )?|m\. ?st\. |municipiul |thành phố |tp\b\.? ?|"
    r"(город|місто|град|горад) |(г|м|гр)\. ?|مدينة ",
    re.IGNORECASE,
)
# What says "city" behind the name in Latin letters: "Suwon-si"; and where cities are called so by law: "Taguig City".
# Korea's counties are called after their seats, and have no other city: "Haenam-gun".
CALLED_CITY = re.compile(r"(?<=\w{3})([ -](shi|si|gun)| kommune?)$", re.IGNORECASE)
CITIES_BY_LAW, CITY = frozenset({"JP", "KR", "PH", "TW"}), re.compile(r"(?<=\w{3}) city$", re.IGNORECASE)
# What says "city" behind the name in Chinese, Japanese and Korean: which of the two forms is held is chance.
CITY_BEHIND = re.compile(r"(?<=[\u3040-\u9fff])市$|(?<=[가-힣]{2})(특별시|광역시|특별자치시|[시군])$")
CITIES_BEHIND = (re.compile("[\u3040-\u9fff]"), "市"), (re.compile("[가-힣]"), "시")
# Of how many countries a process keeps the names; those of the largest take 4 MB.
COUNTRIES = 8
# What the names of each country were last, and at which revision; the one asked for last stands last.
_held: OrderedDict[str, tuple[int, Index]] = OrderedDict()
_lock = Lock()


def bearers(names: Iterable[str], country: str) -> dict[str, tuple[int, ...]]:
    """Return the ids of a country's cities that bear each name in any language, or as a spelling known of them.

    Two names of one city are a name of it: "Bolzano/Bozen", "Kyiv (Kiev)"; words may be shortened: "St. Louis". Where
    nothing is called so, "City of Toronto" is Toronto, "Dschaipur" Jaipur, and a name is as good in another spelling
    that its orthography has. Cities of elsewhere that reach into the country are among its own.
    One query reads the revision of the data; names are read again where they were last asked for at another one. Not
    for transactions that write cities: they may roll back the revision that names are kept under.
    """
    # The revision is read first: names may be newer than its number says, never older.
    index = _at(numbers.current("data")["data"], country)
    return {
        name: _bearing(name, index)
        or _agreed(name, index)
        or _entitled(name, index, country)
        or index.get(_relaxed_key(relaxed_as_typed(name, country)), ())
        or _rendered(name, index, country)
        for name in names
    }


def entitled(names: Iterable[str], country: str) -> dict[str, tuple[int, ...]]:
    """Return the ids of a country's cities that bear each name without what it says of what they are, or with it.

    Where one of several namesakes is held with such a word and another one without, `bearers` has the first alone:
    고성군. As there, one query reads the revision.
    """
    index = _at(numbers.current("data")["data"], country)
    return {name: _entitled(name, index, country) for name in names}


def _bearing(name: str, index: Index) -> tuple[int, ...]:
    """Return the cities that bear a name as it is, and those that bear it with its words in full or short."""
    found = dict.fromkeys(index.get(loosened(name), ()))
    for other in spelt_out(name):
        found |= dict.fromkeys(index.get(loosened(other), ()))
    return tuple(found)


def _agreed(name: str, index: Index) -> tuple[int, ...]:
    """Return the cities that bear each of the names in a name that is made of several."""
    parts = [part for part in BETWEEN_NAMES.split(name) if part.strip()]
    if len(parts) < 2:
        return ()
    first, *others = (_bearing(part, index) for part in parts)
    return tuple(pk for pk in first if all(pk in other for other in others))


def _entitled(name: str, index: Index, country: str) -> tuple[int, ...]:
    """Return the cities that bear a name without what it says of what they are, or with a word that it lacks."""
    bare = name.strip()
    if title := CITY_OF.match(bare):
        return _bearing(bare[title.end() :], index)
    if country in CITIES_BY_LAW and CITY.search(bare):
        bare = CITY.sub("", bare)
        if found := _bearing(bare, index):
            return found
    if title := CALLED_CITY.search(bare) or CITY_BEHIND.search(bare):
        return _bearing(bare[: title.start()], index)
    last = bare[-1:]
    return next((_bearing(bare + word, index) for letter, word in CITIES_BEHIND if letter.match(last)), ())


def _rendered(name: str, index: Index, country: str) -> tuple[int, ...]:
    """Return the cities that bear a name as English renders it, where names come from other letters."""
    if not is_rendered(country):
        return ()
    return next((found for other in rendered(name) if (found := index.get(loosened(other), ()))), ())


def _relaxed_key(text: str) -> bytes:
    """Return the key of what spellings have in common, b"" for nothing; none of `loosened` begins with zero."""
    return b"\x00" + loosened(text) if text else b""


def local_names(country: str) -> Iterator[tuple[int, str]]:
    """Yield (id, name) for the names of a country's cities in its official languages; two queries."""
    tags = Country.objects.filter(pk=country).values_list("languages", flat=True).first() or []
    languages = {parent for tag in tags for parent in parents(tag.lower())}
    names = CityName.objects.filter(city__country=country, language__in=languages, withdrawn_on=None)
    yield from names.order_by().values_list("city_id", "name").iterator(chunk_size=5000)


def _names(country: str) -> Iterator[tuple[int, str]]:
    """Yield (id, name) for all that a country's current cities are called, and may be more than once; two queries."""
    cities = City.objects.current().filter(Q(country=country) | Q(pk__in=guests(country)))
    for pk, name, spellings in cities.order_by().values_list("pk", "name", "spellings"):
        yield pk, name
        for spelling in spellings:
            yield pk, spelling
    translated = CityName.objects.filter(
        Q(city__country=country) | Q(city__in=guests(country)), city__withdrawn_on=None, withdrawn_on=None
    )
    yield from translated.order_by().values_list("city_id", "name").iterator(chunk_size=5000)


def forget() -> None:
    """Drop all that is held."""
    with _lock:
        _held.clear()


def _at(revision: int, country: str) -> Index:
    with _lock:
        number, index = _held.pop(country, (None, {}))
        if number != revision:
            index = _keyed(country)
        _held[country] = (revision, index)
        if len(_held) > COUNTRIES:
            _held.popitem(last=False)
        return index


def _keyed(country: str) -> Index:
    index: Index = {}
    # Most names belong to one city: its tuple is shared, which keeps the index small.
    alone: dict[int, tuple[int, ...]] = {}
    for pk, name in _names(country):
        one = alone.setdefault(pk, (pk,))
        for key in {*(loosened(text) for text in as_typed(name)), _relaxed_key(relaxed(name, country))}:
            held = index.get(key)
            if held is None:
                index[key] = one
            elif pk not in held:
                index[key] = (*held, pk)
    index.pop(b"", None)
    return index
