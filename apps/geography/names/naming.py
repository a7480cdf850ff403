"""Which country a name means."""

from collections.abc import Callable, Iterator
from threading import Lock

from apps.geography.models import AlternativeName, Country, TenantCountryName
from apps.geography.models.countries import ALPHA2, CountryQuerySet
from apps.geography.names.languages import LANGUAGES, column
from apps.geography.names.matching import loosened
from apps.revisions import numbers
from apps.tenants.models import Tenant

Codes = frozenset[str]
Bearers = Iterator[tuple[str, str | None]]
Index = dict[bytes, Codes]

# What each reader of names read last, and at which revision.
_held: dict[Callable[[], Bearers], tuple[int, Index]] = {}
_lock = Lock()


def named(countries: CountryQuerySet, term: str, tenant: Tenant) -> CountryQuerySet:
    """Return those of `countries` that `term` means to `tenant`, an alpha-2 code or a name in any language.

    Two ASCII letters that are the code of a country mean it alone. A display or ISO name, or the tenant's own
    name, outranks an alternative one; all of the countries that bear the name in the same rank are returned.
    Case, accents, spaces and punctuation do not count; a part of a name means nothing.
    """
    if ALPHA2.fullmatch(term) and Country.objects.current().filter(pk=term.upper()).exists():
        return countries.filter(pk=term.upper())
    in_rank = ranks(term)
    borne = countries.filter(pk__in=next(in_rank) | named_by(tenant, term))
    return borne if borne.exists() else countries.filter(pk__in=next(in_rank))


def ranks(term: str) -> Iterator[Codes]:
    """Yield the codes of the countries that bear the name `term`, better rank first; each may be empty.

    Display and ISO names come before official and other alternative ones. One query reads the revision of the data;
    a rank is read again where it was last asked for at another one. Not for transactions that write countries: they
    may roll back the revision that names are kept under.
    """
    key = loosened(term)
    # The revision is read first: names may be newer than its number says, never older.
    revision = numbers.current("data")["data"]
    for names in (_display_names, _alternative_names):
        yield _at(revision, names).get(key, frozenset())


def named_by(tenant: Tenant, term: str) -> Codes:
    """Return the codes of the countries that `tenant` itself calls `term`; one query."""
    key = loosened(term)
    names = TenantCountryName.objects.filter(tenant=tenant).order_by().values_list("country_id", "name")
    return frozenset(code for code, name in names if key and loosened(name) == key)


def _display_names() -> Bearers:
    columns = ["iso_name", *(column("name", language) for language in sorted(LANGUAGES))]
    for code, *names in Country.objects.current().order_by().values_list("code", *columns):
        for name in names:
            yield code, name


def _alternative_names() -> Bearers:
    yield from Country.objects.current().order_by().values_list("code", "official_name")
    yield from AlternativeName.objects.filter(withdrawn_on=None).order_by().values_list("country_id", "name")


def _at(revision: int, names: Callable[[], Bearers]) -> Index:
    with _lock:
        number, index = _held.get(names, (None, {}))
        if number != revision:
            index = _keyed(names())
            _held[names] = (revision, index)
        return index


def _keyed(names: Bearers) -> Index:
    codes: Index = {}
    # Almost every name belongs to one country: its set is shared, which keeps the index small.
    alone: dict[str, Codes] = {}
    for code, name in set(names):
        key = loosened(name or "")
        one = alone.setdefault(code, frozenset({code}))
        codes[key] = codes[key] | one if key in codes else one
    codes.pop(b"", None)
    return codes
