"""What has changed of what a tenant shows, since somebody read it last: in pages, and whoever changed it.

Notes say which places were written to (`triggers`); the tables say what has become of them. So nothing is told of what
a tenant does not show, and of a place that changed ten times once, as it is now.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Substr

from apps.geography.changes.since import LAST, Position, Since
from apps.geography.models import Change, City, Country, Subdivision, TenantCountry, TenantSubdivision
from apps.geography.models.changes import EVERYBODY, EVERYTHING
from apps.geography.models.search import Kind
from apps.revisions import numbers
from apps.tenants.models import Tenant

# So many notes are looked at for a page, most of which may be of no concern to the tenant.
MOST_NOTES = 20_000
CHUNK = 1000
# So much newer than the revision that a process reads can be what another one has just said.
LAG = 60 * 1_000_000


class What(StrEnum):
    """What has become of a place."""

    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    REDIRECTED = "redirected"
    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"


class TooOld(Exception):  # noqa: N818
    """Not all that has changed since is known; `number` is from when on it is."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class NotYet(Exception):  # noqa: N818
    """The number has not been given here, as when the database was put back to an earlier state."""


@dataclass(frozen=True, slots=True)
class Told:
    """A place, and what has become of it. redirect: the id that is the same place; replaced_by: of its successors."""

    kind: Kind
    id: str
    what: What
    country: str
    number: int
    redirect: str | None = None
    replaced_by: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Changes, and how far one has read with them; `has_more` where there may be others already."""

    changes: Sequence[Told]
    next: Since
    has_more: bool


class Note(NamedTuple):
    """A row of `Change`."""

    row: int
    kind: int
    place: str
    within: str
    number: int
    came: int
    led: int


class State(NamedTuple):
    """What a table says of a place. leads_within: of one that is hidden as another, what that other lies in."""

    within: str
    is_current: bool
    redirect: str | None = None
    replaced_by: Sequence[str] = ()
    leads_within: str = ""


Teller = Callable[[Sequence[Note]], Iterator[Told | None]]


def beginning(tenant: Tenant) -> Page:
    """Return how far one has read who now reads everything; one query."""
    return Page((), Since.at(*_now(tenant)), has_more=False)


def page(tenant: Tenant, since: Since, *, kinds: Collection[Kind], limit: int) -> Page:
    """Return the next changes, first what the tenant has switched or named; raises TooOld and NotYet."""
    data, own = _now(tenant)
    if since.is_time:
        since = Since.at(min(since.data, data), min(since.own, own))
    oldest = Change.objects.filter(holder=EVERYBODY, kind=EVERYTHING).values_list("number", flat=True).first()
    if oldest is None or since.data < oldest:
        raise TooOld(oldest or data)
    if max(since.data_position.number - data, since.own_position.number - own) > LAG:
        raise NotYet
    wanted = frozenset(kinds) if tenant.plan.subdivision_access else frozenset(kinds) - {Kind.SUBDIVISION}
    reading = _Reading(tenant, since, wanted, limit)
    told, own_position = reading.own_changes()
    if own_position is None:
        more, data_position = reading.data_changes(limit - len(told))
        told += more
        if data_position is None:
            return Page(told, Since.at(max(since.data, data), max(since.own, own)), has_more=False)
    else:
        data_position = since.data_position
    positions = (data_position, own_position or Position(max(since.own, own)))
    return Page(told, Since(since.data, since.own, *positions), has_more=True)


def _now(tenant: Tenant) -> tuple[int, int]:
    own = f"tenant:{tenant.pk}"
    found = numbers.current("data", own)
    return found["data"], found[own]


@dataclass
class _Reading:
    """One page in the making."""

    tenant: Tenant
    since: Since
    kinds: frozenset[Kind]
    limit: int

    @cached_property
    def current(self) -> frozenset[str]:
        """The countries that there are."""
        return frozenset(Country.objects.untranslated().current().order_by().values_list("pk", flat=True))

    @cached_property
    def off_countries(self) -> frozenset[str]:
        """The countries that the tenant does not show."""
        shown = TenantCountry.objects.filter(tenant=self.tenant, active=True).order_by().values("country")
        return frozenset(Country.objects.untranslated().exclude(pk__in=shown).order_by().values_list("pk", flat=True))

    @cached_property
    def off_subdivisions(self) -> frozenset[str]:
        """The subdivisions that the tenant does not show."""
        rows = TenantSubdivision.objects.filter(tenant=self.tenant, active=False).order_by()
        return frozenset(rows.values_list("subdivision__code", flat=True))

    @cached_property
    def closed(self) -> frozenset[str]:
        """The subdivisions of which nobody, or not this tenant, shows what lies in them."""
        gone = Subdivision.objects.untranslated().filter(withdrawn_on__isnull=False).order_by()
        return self.off_subdivisions | frozenset(gone.values_list("code", flat=True))

    def is_open(self, within: str) -> bool:
        """Return whether the tenant shows what lies in a country, or in a subdivision."""
        country = within[:2]
        return country in self.current and country not in self.off_countries and within not in self.closed

    def own_changes(self) -> tuple[list[Told], Position | None]:
        """Return what the tenant has switched and named, and where a page ends before the last of it."""
        notes = Change.objects.filter(holder=self.tenant.pk)
        return self._page(notes, self.since.own_position, self.limit, self._of_own)

    def data_changes(self, limit: int) -> tuple[list[Told], Position | None]:
        """Return what has changed for everybody, and where a page ends before the last of it."""
        notes = Change.objects.filter(holder=EVERYBODY).exclude(kind=EVERYTHING)
        off = sorted(self.off_countries)
        notes = notes.annotate(country=Substr("within", 1, 2)).exclude(country__in=off) if off else notes
        return self._page(notes, self.since.data_position, limit, self._of_data)

    def _page(
        self, notes: QuerySet[Change], position: Position, limit: int, tell: Teller
    ) -> tuple[list[Told], Position | None]:
        told: list[Told] = []
        looked_at, size = 0, limit + 1
        while looked_at < MOST_NOTES:
            chunk = self._chunk(notes, position, size)
            for note, entry in zip(chunk, tell(chunk), strict=True):
                if entry is not None:
                    if len(told) == limit:
                        return told, position
                    told.append(entry)
                position = Position(note.number, note.row)
            if len(chunk) < size:
                return told, None
            looked_at, size = looked_at + size, CHUNK
        return told, position

    def _chunk(self, notes: QuerySet[Change], position: Position, size: int) -> list[Note]:
        """Return the next notes; two queries, so that an index answers, where a page ended among equals."""
        rows = notes.filter(kind__in=sorted(self.kinds)).order_by("number", "pk")
        columns = rows.values_list("pk", "kind", "place", "within", "number", "came", "led")
        chunk: list[Note] = []
        if position.row != LAST:
            chunk += [Note(*row) for row in columns.filter(number=position.number, pk__gt=position.row)[:size]]
        if len(chunk) < size:
            chunk += [Note(*row) for row in columns.filter(number__gt=position.number)[: size - len(chunk)]]
        return chunk

    def _of_own(self, notes: Sequence[Note]) -> Iterator[Told | None]:
        states = _states(notes)
        for note in notes:
            state = states.get((note.kind, note.place))
            yield _told(note, self._what_of_own(note, state), state)

    def _of_data(self, notes: Sequence[Note]) -> Iterator[Told | None]:
        states = _states(notes)
        for note in notes:
            state = states.get((note.kind, note.place))
            yield _told(note, self._what_of_data(note, state), state)

    def _what_of_own(self, note: Note, state: State | None) -> What | None:
        """Return what the tenant has done with a place; None: nothing, or nothing that can be seen."""
        is_country = note.kind == Kind.COUNTRY
        if state is None:
            return What.WITHDRAWN if is_country else None
        if not (is_country or self.is_open(note.within)):
            return None
        is_switched = note.came > self.since.own
        if note.place in (self.off_countries if is_country else self.off_subdivisions):
            # Also where it was withdrawn since: who shows it no longer is not told that.
            return What.DEACTIVATED if is_switched else None
        if not state.is_current:
            return None
        return What.ACTIVATED if is_switched else What.CHANGED

    def _what_of_data(self, note: Note, state: State | None) -> What | None:
        """Return what has become of a place for everybody; None: nothing that the tenant shows."""
        if note.kind == Kind.COUNTRY:
            if state is None or note.place in self.off_countries:
                return None
        elif not self.is_open(note.within) or (note.kind == Kind.SUBDIVISION and note.place in self.off_subdivisions):
            return None
        if state is None or not state.is_current:
            is_merged = state is not None and state.leads_within and self.is_open(state.leads_within)
            return What.REDIRECTED if is_merged else What.WITHDRAWN
        if state.within != note.within:
            # It has left; where the tenant shows what it lies in now, the note of that tells of it.
            return None if self.is_open(state.within) else What.WITHDRAWN
        if note.came > self.since.data:
            return What.ADDED
        return What.REDIRECTED if note.led > self.since.data else What.CHANGED


def _told(note: Note, what: What | None, state: State | None) -> Told | None:
    if what is None:
        return None
    leads = state or State("", is_current=False)
    # Of a city that the tenant does not show nothing is told, nor that another is it.
    redirect = None if leads.leads_within and what is What.WITHDRAWN else leads.redirect
    return Told(Kind(note.kind), note.place, what, note.within[:2], note.number, redirect, leads.replaced_by)


def _states(notes: Sequence[Note]) -> dict[tuple[int, str], State]:
    """Return what the tables say of the places of notes, where they have them; a query for each kind of place."""
    found: dict[tuple[int, str], State] = {}
    for kind, read in ((Kind.COUNTRY, _countries), (Kind.SUBDIVISION, _subdivisions), (Kind.CITY, _cities)):
        places = [note.place for note in notes if note.kind == kind]
        if places:
            found |= {(kind, place): state for place, state in read(places)}
    return found


def _countries(codes: Sequence[str]) -> Iterator[tuple[str, State]]:
    rows = Country.objects.untranslated().filter(pk__in=codes).order_by()
    for code, withdrawn_on in rows.values_list("pk", "withdrawn_on"):
        yield code, State(code, withdrawn_on is None)


def _subdivisions(codes: Sequence[str]) -> Iterator[tuple[str, State]]:
    rows = Subdivision.objects.untranslated().filter(code__in=codes).order_by()
    for code, country, withdrawn_on, of_country, redirect, replaced_by in rows.values_list(
        "code", "country_id", "withdrawn_on", "redirect_country_id", "redirect_subdivision__code", "replaced_by"
    ):
        yield code, State(country, withdrawn_on is None, redirect or of_country, tuple(replaced_by or ()))


def _cities(ids: Sequence[str]) -> Iterator[tuple[str, State]]:
    rows = City.objects.filter(pk__in=list(map(int, ids))).order_by()
    for pk, country, subdivision, withdrawn_on, merged, of_country, of_subdivision in rows.values_list(
        "pk", "country_id", "subdivision__code", "withdrawn_on",
        "merged_into_id", "merged_into__country_id", "merged_into__subdivision__code",
    ):  # fmt: skip
        redirect = None if merged is None else str(merged)
        leads_within = of_subdivision or of_country or ""
        yield str(pk), State(subdivision or country, withdrawn_on is None, redirect, leads_within=leads_within)
