"""The one way by which a tenant switches what it shows, and names it.

Whoever asks, the API for one or many, or staff: the tenant's turn is awaited, each row is switched where it is at the
version expected, a version counts, and the history has it, all in one transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from auditlog.models import LogEntry
from django.db import transaction
from django.db.models import QuerySet

from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.back_office.history.groups import Group
from apps.geography.models import Country, Subdivision, TenantCountry, TenantCountryName, TenantSubdivision
from apps.geography.models.activation import await_turn
from apps.tenants.models import Tenant

Kind = type[TenantCountry] | type[TenantSubdivision]
NewNames = Mapping[str, str | None]


class Refused(Exception):  # noqa: N818
    """A wish that is not granted; nothing of it has been done."""


class Missing(Refused):
    """The tenant has no such thing, or has it no longer."""


class Unmet(Refused):
    """What was to be changed is not what the condition names."""


class Moved(Refused):
    """Someone else was faster: the thing is not at the version expected, but as `state` says."""

    def __init__(self, state: "State") -> None:
        super().__init__(f"At version {state.version}, active: {state.active}")
        self.state = state


@dataclass(frozen=True, slots=True)
class State:
    """How a tenant has something."""

    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class Wish:
    """To switch one thing. `active` None: only check.

    version: the one that it has to be at, or else it has Moved; condition: those of which it has to be at one, or else
    the condition is Unmet. None: whatever it is at.
    """

    active: bool | None
    version: int | None = None
    condition: frozenset[int] | None = None

    def check(self, state: State) -> None:
        """Raise Unmet or Moved where the thing is not at the version expected."""
        if self.condition is not None and state.version not in self.condition:
            raise Unmet
        if self.version not in {None, state.version}:
            raise Moved(state)

    @property
    def is_conditional(self) -> bool:
        """Whether it matters at which version the thing is."""
        return (self.version, self.condition) != (None, None)


def switch(
    kind: Kind, tenant: Tenant, wishes: Mapping[str, Wish], *, by: Author, all_or_none: bool = False
) -> dict[str, Refused]:
    """Grant wishes, by code, and return those that are refused; with `all_or_none` one refusal undoes the others."""
    refused: dict[str, Refused] = {}
    entries: list[LogEntry] = []
    # Where it does not matter at which version they are, one statement switches many.
    free: dict[bool, list[int]] = defaultdict(list)
    with transaction.atomic():
        states = _states(kind, tenant, [code for code, wish in wishes.items() if wish.active is None])
        rows = _rows(kind, tenant, [code for code, wish in wishes.items() if wish.active is not None])
        for code, wish in wishes.items():
            try:
                if wish.active is None:
                    wish.check(_found(states, code))
                    continue
                row = _found(rows, code)
                before = State(row.active, row.version)
                wish.check(before)
                if wish.is_conditional:
                    _switch_at_version(row, wish.active)
                else:
                    free[wish.active].append(row.pk)
                changes = {"active": (before.active, wish.active), "version": (before.version, before.version + 1)}
                label = f"{code} of {tenant.code}"
                undo = [Group.of(row, changes)] if before.active != wish.active else []
                entries.append(audit.entry(by, row, changes, label=label, undo=undo, tenant=tenant.code))
            except Refused as refusal:
                refused[code] = refusal
        for active, pks in free.items():
            kind.objects.filter(pk__in=pks).switch(active)
        audit.record(entries)
        if all_or_none and refused:
            transaction.set_rollback(True)
    return refused


def switch_rows(rows: QuerySet[Any], *, active: bool, by: Author) -> int:
    """Switch those of the rows, of whatever tenants, that are not so yet, and return how many there were."""
    kind: Kind = rows.model
    path = "country" if kind is TenantCountry else "subdivision__code"
    codes = defaultdict(list)
    for tenant, code in rows.filter(active=not active).values_list("tenant", path):
        codes[tenant].append(code)
    refused = 0
    with transaction.atomic():
        for tenant in await_turns(codes):
            refused += len(switch(kind, tenant, {code: Wish(active) for code in codes[tenant.pk]}, by=by))
    return sum(map(len, codes.values())) - refused


def rename(
    tenant: Tenant,
    code: str,
    names: NewNames,
    *,
    by: Author,
    condition: Callable[[Mapping[str, str]], bool] | None = None,
) -> None:
    """Give a country the tenant's own names, by language, and drop those that are None.

    condition: what the names before must be like. Raises Missing and Unmet.
    """
    with transaction.atomic():
        await_turn(tenant)
        row = TenantCountry.objects.filter(tenant=tenant, country=code, country__withdrawn_on=None).first()
        if row is None:
            raise Missing
        before = TenantCountryName.objects.texts(tenant, code)
        if condition is not None and not condition(before):
            raise Unmet
        TenantCountryName.objects.rename(tenant, code, names)
        changes = {f"name {language}": (before.get(language), name) for language, name in names.items()}
        undo = Group.of(row, {"names": ({each: before.get(each) for each in names}, dict(names))})
        audit.record([audit.entry(by, row, changes, label=f"{code} of {tenant.code}", undo=[undo], tenant=tenant.code)])


def await_turns(tenants: Any) -> list[Tenant]:
    """Await the turn of each of these tenants, by primary key, and return them, always in the same order.

    Who switches for several and took them as they come could hold what another one waits for.
    """
    return list(Tenant.objects.select_for_update(no_key=True).filter(pk__in=list(tenants)).order_by("pk"))


def _rows(kind: Kind, tenant: Tenant, codes: list[str]) -> Mapping[str, Any]:
    return kind.objects.to_switch(tenant, codes) if codes else {}


def _states(kind: Kind, tenant: Tenant, codes: list[str]) -> dict[str, State]:
    # Few wishes only check; the others build no query for it.
    if not codes:
        return {}
    things: Any = (Country if kind is TenantCountry else Subdivision).objects
    rows = things.assigned_to(tenant).filter(code__in=codes).order_by().values_list("code", "active", "version")
    return {code: State(bool(active), version) for code, active, version in rows}


def _found(rows: Mapping[str, Any], code: str) -> Any:
    if code not in rows:
        raise Missing
    return rows[code]


def _switch_at_version(row: Any, active: bool) -> None:
    """Switch the row where it still is at its version: those who wait for no turn write too. Raises Moved."""
    if not type(row).objects.switch_row(row, active):
        row.refresh_from_db()
        raise Moved(State(row.active, row.version))
