"""Among which places somebody looks: what the tenant shows, and what the question narrows that to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Self

from cachetools import LRUCache
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.geography.models import City, Country, SearchName, Subdivision
from apps.geography.models.search import Kind
from apps.geography.search.places import Place
from apps.revisions import numbers
from apps.tenants.models import Tenant

KINDS = frozenset(Kind)
# Of how many tenants a process knows what they do not show, each at the revisions at which it is so.
TENANTS = 64

_held: LRUCache[tuple[int | None, int, int], tuple[frozenset[str], frozenset[str]]] = LRUCache(TENANTS)
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Inside:
    """Any of some countries or subdivisions; the latter with all that lie in them."""

    countries: frozenset[str] = frozenset()
    subdivisions: frozenset[str] = frozenset()

    def condition(self) -> Q:
        """Return the condition on the rows of `SearchName` that they lie in it; nothing lies in itself."""
        return Q(country__in=sorted(self.countries)) & ~Q(kind=Kind.COUNTRY) | Q(
            subdivision__in=sorted(self.subdivisions)
        )

    def has(self, place: Place) -> bool:
        """Return whether a place lies in it."""
        in_country = place.country in self.countries and place.kind != Kind.COUNTRY
        return in_country or place.subdivision in self.subdivisions


@dataclass(frozen=True, slots=True)
class Scope:
    """The places to look among.

    unseen: countries that are not shown. hidden: subdivisions that are not, which hide their cities.
    inside: what they must lie in, each.
    """

    kinds: frozenset[Kind] = KINDS
    unseen: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    inside: tuple[Inside, ...] = ()

    @classmethod
    def of(cls, tenant: Tenant | None, kinds: Collection[Kind]) -> Self:
        """Return what a tenant shows, without one all that is not withdrawn; one query, three after a write."""
        unseen, hidden = _not_shown(tenant)
        wanted = set(kinds)
        if tenant and not tenant.plan.subdivision_access:
            wanted.discard(Kind.SUBDIVISION)
        return cls(frozenset(wanted), unseen, hidden)

    def within(self, countries: Iterable[str], subdivisions: Iterable[str]) -> Self:
        """Return the part of it that lies in any of these, and the subdivisions with those below; at most two queries.

        Countries and subdivisions that are not shown have nothing in them.
        """
        codes = _with_below(set(subdivisions) - self.hidden)
        inside = Inside(frozenset(countries) - self.unseen, frozenset(codes))
        return replace(self, inside=(*self.inside, inside))

    def rows(self) -> QuerySet[SearchName]:
        """Return the rows of the places."""
        rows = SearchName.objects.order_by()
        if self.kinds != KINDS:
            rows = rows.filter(kind__in=sorted(self.kinds))
        if self.unseen:
            rows = rows.exclude(country__in=sorted(self.unseen))
        if self.hidden:
            rows = rows.exclude(subdivision__in=sorted(self.hidden))
            rows = rows.exclude(kind=Kind.SUBDIVISION, place__in=sorted(self.hidden))
        for inside in self.inside:
            rows = rows.filter(inside.condition())
        return rows

    def has(self, place: Place) -> bool:
        """Return whether a place is one of them."""
        is_hidden = place.subdivision in self.hidden or (place.kind == Kind.SUBDIVISION and place.id in self.hidden)
        return (
            place.kind in self.kinds
            and place.country not in self.unseen
            and not is_hidden
            and all(inside.has(place) for inside in self.inside)
        )


def forget() -> None:
    """Drop all that is held."""
    with _lock:
        _held.clear()


def _not_shown(tenant: Tenant | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the codes of the countries and of the subdivisions that are not shown."""
    # The revisions are read first, in the database that is read then: codes may be newer than these, never older.
    now = numbers.read_now(tenant.pk if tenant else None, using=SearchName.objects.all().db)
    key = (tenant.pk if tenant else None, now.data, now.tenant)
    with _lock:
        held = _held.get(key)
    if held is None:
        held = _read_not_shown(tenant)
        with _lock:
            _held[key] = held
    return held


def _read_not_shown(tenant: Tenant | None) -> tuple[frozenset[str], frozenset[str]]:
    shown = Country.objects.active_for(tenant) if tenant else Country.objects.current()
    unseen = Country.objects.untranslated().exclude(pk__in=shown.order_by().values("pk")).order_by()
    withdrawn = Q(Exists(City.objects.filter(subdivision=OuterRef("pk"))), withdrawn_on__isnull=False)
    hidden = set(_codes(withdrawn))
    if tenant:
        hidden |= _with_below(_codes(Q(tenant_subdivisions__tenant=tenant.pk, tenant_subdivisions__active=False)))
    return frozenset(unseen.values_list("pk", flat=True)), frozenset(hidden)


def _with_below(subdivisions: Iterable[str]) -> set[str]:
    """Return the codes of subdivisions and of those that lie in them; at most two queries."""
    codes = level = set(subdivisions)
    for _ in range(2):
        if level:
            level = set(_codes(Q(parent__code__in=sorted(level)))) - codes
            codes |= level
    return codes


def _codes(condition: Q) -> list[str]:
    """Return the codes of the subdivisions that fulfil a condition."""
    return list(Subdivision.objects.untranslated().filter(condition).order_by().values_list("code", flat=True))
