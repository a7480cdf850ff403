"""Which country a name means."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from threading import Lock

from django.db.models import QuerySet

from apps.geography.models import AlternativeName, Country, TenantCountryName
from apps.geography.models.countries import CountryQuerySet
from apps.geography.names.languages import LANGUAGES, SOURCE_LANGUAGE, column
from apps.geography.names.matching import as_typed, loosened
from apps.geography.names.wording import without_form, worded
from apps.revisions import numbers
from apps.tenants.models import Tenant

Codes = frozenset[str]
# Codes and what each is called; a code may come again.
Bearers = Iterator[tuple[str, Iterable[str | None]]]
Index = dict[bytes, Codes]

# "U.K." and "U K" are a code as well; "St." is none.
SPELT_OUT = re.compile(r"([A-Za-z])(?:\.\s?|\s)([A-Za-z])\.?", re.ASCII)
# "Burma (Myanmar)", "Swaziland/Eswatini", "CH - Switzerland": two names of one country, or its code and its name.
BETWEEN_NAMES = re.compile(r"[()/]|\s[-–]\s|\bformerly\b", re.IGNORECASE)

# Countries whose names are in hand at a time: those of all take 8 MB.
AT_ONCE = 20

# Names of which the kind of state tells whose they are.
SHARED = frozenset({b"china", b"congo", b"korea"})

# What each reader of names read last, and at which revision.
_held: dict[Callable[[], Bearers], tuple[int, Index]] = {}
_lock = Lock()


def named(countries: CountryQuerySet, term: str, tenant: Tenant) -> CountryQuerySet:
    """Return those of `countries` that `term` means to `tenant`, an alpha-2 code or a name in any language.

    Two ASCII letters are a code, or nothing: that of a country, or one that ISO reserves for it. A display or ISO
    name, or the tenant's own name, outranks an alternative one, and that another wording; all of the countries that
    bear the name in the same rank are returned. Case, accents, spaces and punctuation do not count; a part of a name
    means nothing.
    """
    term = term.strip()
    if term.isascii() and sum(map(str.isalnum, term)) == 2:
        code = SPELT_OUT.sub(r"\1\2", term).upper()
        if Country.objects.current().filter(pk=code).exists():
            return countries.filter(pk=code)
        return countries.filter(alternative_names__in=AlternativeName.objects.reserving(code))
    own = named_by(tenant, term)
    for codes in ranks(term):
        borne = countries.filter(pk__in=codes | own)
        if borne.exists():
            return borne
        own = frozenset()
    return countries.none()


def ranks(term: str) -> Iterator[Codes]:
    """Yield the codes of the countries that bear the name `term`, better rank first; each may be empty.

    Display and ISO names come before official and other alternative ones, then other wordings of English names
    ("Korea, Rep."), a name beside a kind of state ("Commonwealth of Australia") and two names of the same country. One
    query reads the revision of the data; a rank is read again where it was last asked for at another one. Not for
    transactions that write countries: they may roll back the revision that names are kept under.
    """
    # The revision is read first: names may be newer than its number says, never older.
    revision = numbers.current("data")["data"]
    for rank in RANKS:
        yield _borne(term, rank, revision)
    yield _beside_form(term, revision)
    yield _agreed(term, revision)


def reworded(term: str) -> Codes:
    """Return the countries that `term` names in other words than they are written with: the last ranks; one query."""
    revision = numbers.current("data")["data"]
    return _borne(term, RANKS[2], revision) or _beside_form(term, revision)


def named_by(tenant: Tenant, term: str) -> Codes:
    """Return the codes of the countries that `tenant` itself calls `term`; one query."""
    key = loosened(term)
    names = TenantCountryName.objects.filter(tenant=tenant).order_by().values_list("country_id", "name")
    return frozenset(code for code, name in names if key and loosened(name) == key)


def _display_names() -> Bearers:
    columns = ["iso_name", *(column("name", language) for language in sorted(LANGUAGES))]
    rows = Country.objects.current().order_by().values_list("code", *columns)
    for code, *names in rows.iterator(chunk_size=AT_ONCE):
        yield code, names


def _alternative_names() -> Bearers:
    for code, name in Country.objects.current().order_by().values_list("code", "official_name"):
        yield code, [name]
    yield from _grouped(AlternativeName.objects.filter(withdrawn_on=None))


def _english_names() -> Bearers:
    english = column("name", SOURCE_LANGUAGE)
    for code, *names in Country.objects.current().order_by().values_list("code", english, "iso_name", "official_name"):
        yield code, names
    yield from _grouped(AlternativeName.objects.filter(withdrawn_on=None, language=SOURCE_LANGUAGE))


def _grouped(names: QuerySet[AlternativeName]) -> Bearers:
    pairs = names.order_by("country_id").values_list("country_id", "name").iterator(chunk_size=1000)
    for code, group in groupby(pairs, key=itemgetter(0)):
        yield code, [name for _, name in group]


def _codes() -> Bearers:
    for code, alpha3 in Country.objects.current().order_by().values_list("code", "alpha3"):
        yield code, [code, alpha3]


def _as_code(text: str) -> bytes:
    return text.strip().encode()


Rank = tuple[Callable[[], Bearers], Callable[[str], bytes]]
RANKS: tuple[Rank, ...] = ((_display_names, loosened), (_alternative_names, loosened), (_english_names, worded))
# Read beside a name alone, and in capitals: "Germany (DEU)".
CODES: Rank = (_codes, _as_code)


def _borne(term: str, rank: Rank, revision: int) -> Codes:
    _, key = rank
    return _at(revision, rank).get(key(term), frozenset())


def _beside_form(term: str, revision: int) -> Codes:
    """Return the country that `term` names beside its kind, where no other shares the name: "Republic of Italy"."""
    borne = _at(revision, RANKS[2]).get(without_form(term), frozenset())
    return borne if len(borne) == 1 and SHARED.isdisjoint(without_form(term).split()) else frozenset()


def _agreed(term: str, revision: int) -> Codes:
    """Return the country that all parts of `term` mean, each by its best rank, where it has parts."""
    parts = [part for part in BETWEEN_NAMES.split(term) if part.strip()]
    if len(parts) < 2:
        return frozenset()
    ranks = (CODES, *RANKS)
    meant = {next(filter(None, (_borne(part, rank, revision) for rank in ranks)), frozenset()) for part in parts}
    return meant.pop() if len(meant) == 1 else frozenset()


def _at(revision: int, rank: Rank) -> Index:
    names, key = rank
    with _lock:
        number, index = _held.get(names, (None, {}))
        if number != revision:
            index = _keyed(names(), key)
            _held[names] = (revision, index)
        return index


def _keyed(names: Bearers, key_of: Callable[[str], bytes]) -> Index:
    codes: Index = {}
    # Almost every name belongs to one country: its set is shared, which keeps the index small.
    alone: dict[str, Codes] = {}
    for code, called in names:
        one = alone.setdefault(code, frozenset({code}))
        # Most languages share a few spellings.
        for key in {key_of(text) for name in set(called) for text in as_typed(name or "")}:
            codes[key] = codes[key] | one if key in codes else one
    codes.pop(b"", None)
    return codes
