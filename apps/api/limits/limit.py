"""A limit, and what is left of it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` requests of one `holder`: in any `seconds`, or, where it `is_total`, in all of its `seconds`.

    cost: how many this one counts for.
    """

    name: str
    holder: str
    count: int
    seconds: int
    is_total: bool = False
    cost: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What is left of a limit, and in how many seconds there will be more."""

    limit: Limit
    remaining: int
    wait: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the request is within all its limits, and what is left of each."""

    is_allowed: bool
    readings: Sequence[Reading]

    @property
    def wait(self) -> float:
        """The seconds until a refused request can succeed."""
        return max(reading.wait for reading in self.readings if reading.remaining == 0)
