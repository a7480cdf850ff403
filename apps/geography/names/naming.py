"""Which country a name means."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from threading import Lock

from django.db.models import QuerySet

from apps.geography.models import AlternativeName, Country, TenantCountryName
from apps.geography.models.countries import NO_LANGUAGE, CountryQuerySet
from apps.geography.names.languages import LANGUAGES, SOURCE_LANGUAGE, column
from apps.geography.names.matching import as_typed, loosened
from apps.geography.names.shortened import fit, in_full, rival, shortened, whole
from apps.geography.names.wording import without_form, worded
from apps.geography.sources.countries.sovereigns import sovereigns
from apps.revisions import numbers
from apps.tenants.models import Tenant

Codes = frozenset[str]
# Codes and what each is called; a code may come again.
Bearers = Iterator[tuple[str, Iterable[str | None]]]
Index = dict[bytes, Codes]

# "U.K." and "U K" are a code as well; "St." is none.
SPELT_OUT = re.compile(r"([A-Za-z])(?:\.\s?|\s)([A-Za-z])\.?", re.ASCII)
# "Burma (Myanmar)", "Swaziland/Eswatini", "CH - Switzerland": two names of one country, or its code and its name.
BETWEEN_NAMES = re.compile(r"[][()/:|]|\s[-–—]\s|\bformerly\b|\blocal name\b", re.IGNORECASE)
# "Mexico, United Mexican States", "Germany, DE".
BETWEEN_ALL = re.compile(rf"{BETWEEN_NAMES.pattern}|,", re.IGNORECASE)
# "Bermuda (UK)", "Aruba, Kingdom of the Netherlands".
BEFORE_SOVEREIGN = re.compile("[(,]")
WORD = re.compile(r"[^\W_]+")
# The languages in which names are known by their words cut short; those of all would take 3 MB.
SHORTENED_IN = ("de", "en", "es", "fr", "it", "pt")

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
        code = SPELT_OUT.sub(r"\1\2", term.strip("()[] ")).upper()
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
    ("Korea, Rep."), a name beside a kind of state ("Commonwealth of Australia"), one whose words are cut short, two
    names of the same country, and one beside that of the state it belongs to. One query reads the revision of the
    data; a rank is read again where it was last asked for at another one. Not for transactions that write countries:
    they may roll back the revision that names are kept under.
    """
    # The revision is read first: names may be newer than its number says, never older.
    revision = numbers.current("data")["data"]
    for rank in RANKS[:2]:
        yield _borne(term, rank, revision)
    yield from _in_other_words(term, revision)
    yield _agreed(BETWEEN_NAMES.split(term), revision) or _agreed(BETWEEN_ALL.split(term), revision)
    yield _beside_code(term, revision)
    yield _beside_sovereign(term, revision)


def reworded(term: str) -> Codes:
    """Return the countries that `term` names in other words than they are written with; one query."""
    revision = numbers.current("data")["data"]
    found = next(filter(None, _in_other_words(term, revision)), frozenset())
    return found or _beside_code(term, revision) or _beside_sovereign(term, revision)


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


def _written_out() -> Bearers:
    columns = ["official_name", "iso_name", *(column("name", language) for language in SHORTENED_IN)]
    for code, *names in Country.objects.current().order_by().values_list("code", *columns):
        yield code, names
    yield from _grouped(AlternativeName.objects.filter(withdrawn_on=None, language__in=SHORTENED_IN))


def _codes() -> Bearers:
    for code, alpha3, numeric in Country.objects.current().order_by().values_list("code", "alpha3", "numeric"):
        yield code, [code, alpha3, f"{numeric:03}"] if numeric else [code, alpha3]
    yield from _grouped(AlternativeName.objects.filter(withdrawn_on=None, language=NO_LANGUAGE))


def _as_code(text: str) -> bytes:
    return text.strip().encode()


Rank = tuple[Callable[[], Bearers], Callable[[str], bytes]]
RANKS: tuple[Rank, ...] = ((_display_names, loosened), (_alternative_names, loosened), (_english_names, worded))
# Read beside a name alone, and in capitals: "Germany (DEU)".
CODES: Rank = (_codes, _as_code)
WRITTEN_OUT: Rank = (_written_out, in_full)


def _borne(term: str, rank: Rank, revision: int) -> Codes:
    _, key = rank
    return _at(revision, rank).get(key(term), frozenset())


def _meant(part: str, revision: int, ranks: Sequence[Rank] = RANKS) -> Codes:
    """Return the countries that a part of a text names, by the best rank that knows it."""
    return next(filter(None, (_borne(part, rank, revision) for rank in ranks)), frozenset())


def _in_other_words(term: str, revision: int) -> Iterator[Codes]:
    """Yield the countries that are called so in other words, with less of them, or with words cut short."""
    if not _differ(term, revision):
        yield _borne(term, RANKS[2], revision)
        yield _beside_form(term, revision)
        yield _cut_short(term, revision)


def _differ(term: str, revision: int) -> bool:
    """Return whether `term` names two countries, one of whose words are all the other's: "Sudan/South Sudan"."""
    named = {_meant(part, revision) for part in term.split("/")} if "/" in term else set()
    return len(named - {frozenset()}) > 1


def _beside_form(term: str, revision: int) -> Codes:
    """Return the country that `term` names beside its kind, where no other shares the name: "Republic of Italy"."""
    borne = _at(revision, RANKS[2]).get(without_form(term), frozenset())
    return borne if len(borne) == 1 and SHARED.isdisjoint(without_form(term).split()) else frozenset()


def _cut_short(term: str, revision: int) -> Codes:
    """Return the country that `term` names with words cut short, where they fit no other: "Papua N. Guinea"."""
    short = shortened(term)
    if not short:
        return frozenset()
    shared, kept = rival(short), whole(short)
    found: set[str] = set()
    for key, codes in _at(revision, WRITTEN_OUT).items():
        words = key.split()
        is_meant = len(words) == len(short) and all(map(words.__contains__, kept))
        if (is_meant and fit(short, key.decode().split())) or shared in words:
            found |= codes
    said = () if term.isupper() else [_borne(word[0], CODES, revision) for word in WORD.finditer(term)]
    return frozenset(found) if len(found) == 1 and all(codes <= found for codes in said) else frozenset()


def _agreed(texts: Iterable[str], revision: int) -> Codes:
    """Return the country that all parts of a text mean, each by its best rank, where it has parts."""
    parts = [part for part in texts if part.strip()]
    if len(parts) < 2:
        return frozenset()
    meant = {_meant(part, revision, (CODES, *RANKS)) for part in parts}
    return meant.pop() if len(meant) == 1 else frozenset()


def _beside_code(term: str, revision: int) -> Codes:
    """Return the country that `term` names in front of its code, or behind it: "DE Germany", "[DEU] Germany"."""
    words = list(WORD.finditer(term))
    if len(words) < 2:
        return frozenset()
    for word, rest in ((words[0], term[words[0].end() :]), (words[-1], term[: words[-1].start()])):
        codes = _borne(word[0], CODES, revision)
        if codes and codes == _meant(rest, revision):
            return codes
    return frozenset()


def _beside_sovereign(term: str, revision: int) -> Codes:
    """Return the country that `term` names before the state that it belongs to: "Bermuda (UK)"."""
    name, *others = BEFORE_SOVEREIGN.split(term)
    if len(others) != 1:
        return frozenset()
    sovereign = others[0].strip(" )")
    state = _meant(sovereign, revision, (CODES, *RANKS)) or _beside_form(sovereign, revision)
    codes = _meant(name, revision)
    return codes if state and codes and state == {sovereigns().get(code) for code in codes} else frozenset()


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
