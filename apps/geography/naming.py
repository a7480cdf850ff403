"""Which country a name means."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock

from apps.geography.languages import LANGUAGES, column
from apps.geography.matching import loosened
from apps.geography.models import AlternativeName, Country, TenantCountryName
from apps.tenants import revisions
from apps.tenants.models import Tenant

Codes = frozenset[str]


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Every name of every country in every language, at one revision of the data."""

    revision: int
    display: dict[bytes, Codes]
    alternative: dict[bytes, Codes]

    def ranked(self, term: str) -> tuple[Codes, ...]:
        """Return the codes of the countries that bear the name `term`, better rank first; a rank may be empty.

        Display and ISO names come before official and other alternative ones.
        """
        key = loosened(term)
        return tuple(rank.get(key, frozenset()) for rank in (self.display, self.alternative))


_lock = Lock()
_held = NameIndex(-1, {}, {})


def index() -> NameIndex:
    """Return the index at the current revision: one query, and two more where the data have changed since.

    Not for transactions that write countries: they may roll back the revision that the index is kept under.
    """
    global _held  # noqa: PLW0603 - one index a process
    # The revision is read first: an index may be newer than its number says, never older.
    revision = revisions.current("data")["data"]
    with _lock:
        if _held.revision != revision:
            _held = NameIndex(revision, _keyed(_display_names()), _keyed(_alternative_names()))
        return _held


def named_by(tenant: Tenant, term: str) -> Codes:
    """Return the codes of the countries that `tenant` itself calls `term`; one query."""
    key = loosened(term)
    names = TenantCountryName.objects.filter(tenant=tenant).order_by().values_list("country_id", "name")
    return frozenset(code for code, name in names if key and loosened(name) == key)


def _display_names() -> Iterator[tuple[str, str | None]]:
    columns = ["iso_name", *(column("name", language) for language in sorted(LANGUAGES))]
    for code, *names in Country.objects.current().order_by().values_list("code", *columns):
        for name in names:
            yield code, name


def _alternative_names() -> Iterator[tuple[str, str]]:
    yield from Country.objects.current().order_by().values_list("code", "official_name")
    yield from AlternativeName.objects.filter(withdrawn_on=None).order_by().values_list("country_id", "name")


def _keyed(names: Iterable[tuple[str, str | None]]) -> dict[bytes, Codes]:
    codes: dict[bytes, Codes] = {}
    # Almost every name belongs to one country: its set is shared, which keeps the index small.
    alone: dict[str, Codes] = {}
    for code, name in set(names):
        key = loosened(name or "")
        one = alone.setdefault(code, frozenset({code}))
        codes[key] = codes[key] | one if key in codes else one
    codes.pop(b"", None)
    return codes
