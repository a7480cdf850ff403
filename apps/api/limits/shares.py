"""How much of a process works for one tenant at a time.

Limits count what a minute may hold; this is about the moment. A server has four threads, and a tenant that keeps
them all busy makes every other one wait in line.
"""

from collections import Counter
from collections.abc import Hashable
from math import inf
from threading import Lock
from time import monotonic, sleep

from django.conf import settings

# A tenant that has asked within so many seconds is still there.
PRESENCE_SECONDS = 10.0
ANY_NUMBER = 1_000_000
# As long as a few answers take to build; a thread that waits is one less for the others.
PAUSES, PAUSE_SECONDS = 10, 0.005
NOBODY_YET: tuple[Hashable, float] = (None, -inf)


class Shares:
    """What each holder has in hand now, and which tenants were there last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._in_hand: Counter[Hashable] = Counter()
        self._latest = self._other = NOBODY_YET

    def note(self, tenant: Hashable) -> None:
        """Note that a tenant has asked; each request calls it."""
        latest = self._latest
        if latest[0] != tenant:
            # Without the lock: two threads at once lose a moment, not a tenant.
            self._other = latest
        self._latest = (tenant, monotonic())

    def is_alone(self, tenant: Hashable) -> bool:
        """Return whether no other tenant has asked in the last seconds."""
        now = monotonic()
        seen = (self._latest, self._other)
        return all(now - at >= PRESENCE_SECONDS for other, at in seen if other != tenant)

    def take(self, holder: Hashable, most: int) -> bool:
        """Take one of `most` places of a holder; return whether there was one."""
        with self._lock:
            if self._in_hand[holder] >= most:
                return False
            self._in_hand[holder] += 1
            return True

    def in_hand(self, holder: Hashable) -> int:
        """Return how many places of a holder are taken."""
        return self._in_hand[holder]

    def give_back(self, holder: Hashable) -> None:
        """Give one place back."""
        with self._lock:
            self._in_hand[holder] -= 1
            if not self._in_hand[holder]:
                del self._in_hand[holder]

    def take_thread(self, tenant: Hashable) -> bool:
        """Take a thread for a tenant: while it is alone all that there are, else its share.

        Waits a moment for one of its own to be given back: a page that asks for several things at once is no flood.
        """
        if self.is_alone(tenant):
            return self.take(tenant, ANY_NUMBER)
        for _ in range(PAUSES):
            if self.take(tenant, settings.THREADS_PER_TENANT):
                return True
            sleep(PAUSE_SECONDS)
        return False


shares = Shares()
