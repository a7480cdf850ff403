"""How far somebody has read the changes: what is told as `next`, and given back as `since`."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple, Self

from apps.tenants.models import Tenant

MICROSECONDS = 1_000_000
# Behind every row that bears the same number.
LAST = 2**63 - 1
TOKEN = re.compile(r"1((?:\.[0-9a-z]{1,13}){2})((?:\.[0-9a-z]{1,13}){4})?-([0-9a-f]{8})", re.ASCII)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Position(NamedTuple):
    """A place in the order of the notes: all up to `row` of those that bear `number`, and all before."""

    number: int
    row: int = LAST


@dataclass(frozen=True, slots=True)
class Since:
    """What somebody has read: all up to the numbers `data` and `own`, the tenant's, and then up to these positions.

    The positions are further than the numbers where a page was not the last. is_time: they were not given, but reckoned
    from a time; nothing need have happened since.
    """

    data: int
    own: int
    data_position: Position
    own_position: Position
    is_time: bool = False

    @classmethod
    def at(cls, data: int, own: int, *, is_time: bool = False) -> Self:
        """Return that all has been read up to these numbers."""
        return cls(data, own, Position(data), Position(own), is_time)

    @property
    def is_within_page(self) -> bool:
        """Whether there are pages left of what has been begun."""
        return self != self.at(self.data, self.own)

    def token(self, tenant: Tenant) -> str:
        """Return it as callers send it back."""
        parts = [self.data, self.own]
        if self.is_within_page:
            parts += [*self.data_position, *self.own_position]
        return f"1.{'.'.join(map(_written, parts))}-{_view(tenant)}"


def parsed(text: str, tenant: Tenant, now: datetime) -> Since:
    """Return what a token or a time says; raises ValueError with a sentence for whoever sent it."""
    if match := TOKEN.fullmatch(text):
        if match[3] != _view(tenant):
            raise ValueError("is of another tenant, or of a plan that shows other things; read everything again")
        data, own, *positions = (int(part, 36) for part in (match[1] + (match[2] or ""))[1:].split("."))
        if max(data, own, *positions) > LAST:
            raise ValueError("was not given by this server")
        if not positions:
            return Since.at(data, own)
        return Since(data, own, Position(*positions[:2]), Position(*positions[2:]))
    moment = _moment(text)
    if moment > now:
        raise ValueError("lies in the future")
    # Whatever bears the number of that very moment is new.
    number = max(0, (moment - datetime.fromtimestamp(0, UTC)) // _MICROSECOND - 1)
    return Since.at(number, number, is_time=True)


def moment_of(number: int) -> datetime:
    """Return when a number was given, to the second."""
    return datetime.fromtimestamp(number // MICROSECONDS, UTC)


_MICROSECOND = datetime.resolution


def _moment(text: str) -> datetime:
    try:
        if "T" in text.upper():
            moment = datetime.fromisoformat(text.replace(" ", "+"))
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        elif text.isascii():
            return datetime.combine(date.fromisoformat(text), time.min, UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("must be the `next` of an answer, or a time such as 2026-11-26T08:00:00Z")


def _view(tenant: Tenant) -> str:
    """Return what tells views of the data apart: whose it is, and what its plan lets it see."""
    return hashlib.sha256(f"{tenant.pk} {tenant.plan.subdivision_access}".encode()).hexdigest()[:8]


def _written(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits or "0"
