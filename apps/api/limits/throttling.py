"""How much may be asked: per credential, per tenant, and per address where there is no credential.

Every request that is authenticated counts, whatever its answer: also HEAD, 304 and errors; OPTIONS does not. It counts
for one, and in a minute for one more with each 4 KiB of its body; what a style finds in the body may cost more (see
`charge`). In a month a request is a request.

A refused request counts nowhere, and one that is let through counts everywhere, in one step: never over the limit, and
what one limit refuses costs nothing of another. What costs more than one is let through while anything is left, and
takes what it costs, or all that is left: so nothing is too dear for a limit, and what was dear is waited for later.

That is about a minute and a month. `shares` is about the moment: a server has four threads, and a tenant that keeps
them all busy makes every other one wait in line.
"""

import logging
from calendar import monthrange
from collections import Counter, OrderedDict, deque
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil, inf
from threading import Lock
from time import monotonic, sleep

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.exceptions import Throttled

from apps.api.callers import client_network
from apps.api.limits.limit import Limit, Reading, Verdict
from apps.api_keys.credentials import Caller

logger = logging.getLogger("gazetteer.api")

MINUTE_SECONDS = 60
DAY_SECONDS = 24 * 60 * 60
MONTH_SECONDS = 30 * DAY_SECONDS
BYTES_FOR_ONE = 4 * 1024
# What no request costs more than; the body of one is refused long before.
MAX_COST = 1_000
RETRY_REDIS_AFTER_SECONDS = 5
MAX_HOLDERS = 20_000

# A tenant that has asked within so many seconds is still there.
PRESENCE_SECONDS = 10.0
ANY_NUMBER = 1_000_000
# As long as a few answers take to build; a thread that waits is one less for the others.
PAUSES, PAUSE_SECONDS = 10, 0.005
NOBODY_YET: tuple[Hashable, float] = (None, -inf)


def count(request: HttpRequest, caller: Caller | None, bucket: str) -> Verdict | None:
    """Count a request against the limits of its caller, or of its address in `bucket`; None: it has none."""
    cost = _cost_of_body(request)
    limits = limits_by_address(request, bucket) if caller is None else limits_of(caller, cost)
    return counters.take(limits) if limits else None


def charge(caller: Caller, cost: int) -> Verdict:
    """Count what a request that was let in costs beyond that, as far as anything is left; the caller has a limit."""
    return counters.take([replace(limit, cost=0) if limit.is_total else limit for limit in limits_of(caller, cost)])


def refuse_flood(request: HttpRequest) -> None:
    """Count a failed authentication; raises Throttled when its address has had too many."""
    verdict = count(request, None, "failed-authentication")
    if verdict is not None and not verdict.is_allowed:
        raise Throttled(verdict.wait)


def limits_of(caller: Caller, cost: int = 1, at: datetime | None = None) -> list[Limit]:
    """Return the limits of the caller's credential and of its tenant, in this month or another.

    cost: how many requests of a minute this one counts for.
    """
    limits = []
    workspace = caller.tenant.workspace_id
    per_minute, per_month = caller.of_tenant
    if caller.requests_per_minute is not None:
        limits.append(Limit("credential", caller.credential_id, caller.requests_per_minute, MINUTE_SECONDS, cost=cost))
    if per_minute is not None:
        limits.append(Limit("tenant", workspace, per_minute, MINUTE_SECONDS, cost=cost))
    if per_month is not None:
        at = at or timezone.now()
        limits.append(Limit("month", f"{workspace}:{at:%Y-%m}", per_month, _rest_of_month(at), is_total=True))
    return limits


def limits_by_address(request: HttpRequest, bucket: str) -> list[Limit]:
    """Return the limit of the client's address in `bucket`, none where the operator has set none."""
    count = settings.REQUESTS_PER_MINUTE_BY_ADDRESS.get(bucket)
    return [Limit(bucket, client_network(request), count, MINUTE_SECONDS)] if count is not None else []


def headers(verdict: Verdict) -> dict[str, str]:
    """Return RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10)."""
    policies, states = [], []
    for reading in verdict.readings:
        limit = reading.limit
        policies.append(f'"{limit.name}";q={limit.count};w={MONTH_SECONDS if limit.is_total else limit.seconds}')
        states.append(f'"{limit.name}";r={reading.remaining};t={ceil(reading.wait)}')
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(states)}


def _cost_of_body(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        return 1
    return min(MAX_COST, 1 + int(length[:18]) // BYTES_FOR_ONE)


def _rest_of_month(at: datetime) -> int:
    days = monthrange(at.year, at.month)[1]
    end = at.replace(day=days, hour=0, minute=0, second=0, microsecond=0)
    return ceil((end - at).total_seconds()) + DAY_SECONDS


class ProcessCounter:
    """Counts for this process alone, of the holders seen last."""

    def __init__(self, size: int = MAX_HOLDERS) -> None:
        self.size = size
        self._times: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._totals: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = Lock()

    def take(self, limits: Sequence[Limit]) -> Verdict:
        """Count one request, unless one of the limits is used up."""
        now = monotonic()
        with self._lock:
            used = [self._used(limit, now) for limit in limits]
            is_allowed = all(count < limit.count for count, limit in zip(used, limits, strict=True))
            if is_allowed:
                for count, limit in zip(used, limits, strict=True):
                    self._count(limit, min(limit.cost, limit.count - count), now)
            readings = [
                Reading(limit, max(0, limit.count - count - limit.cost * is_allowed), self._wait(limit, now))
                for count, limit in zip(used, limits, strict=True)
            ]
        return Verdict(is_allowed, readings)

    def _used(self, limit: Limit, now: float) -> int:
        key = (limit.name, limit.holder)
        if limit.is_total:
            return self._totals.get(key, 0)
        times = self._times.get(key, ())
        while times and now - times[0] >= limit.seconds:
            times.popleft()
        return len(times)

    def _count(self, limit: Limit, cost: int, now: float) -> None:
        key = (limit.name, limit.holder)
        if limit.is_total:
            self._totals[key] = self._totals.pop(key, 0) + cost
        else:
            times = self._times[key] = self._times.pop(key, deque())
            times.extend([now] * cost)
        for counts in (self._times, self._totals):
            if len(counts) > self.size:
                counts.popitem(last=False)

    def _wait(self, limit: Limit, now: float) -> float:
        times = self._times.get((limit.name, limit.holder))
        return limit.seconds - (now - times[0]) if times and not limit.is_total else limit.seconds


class Counters:
    """Redis while it answers, this process otherwise."""

    def __init__(self) -> None:
        self.process = ProcessCounter()
        self._redis_rests_until = 0.0

    def take(self, limits: Sequence[Limit]) -> Verdict:
        """Count one request against all `limits`, unless one of them is used up; never raises."""
        if settings.REDIS_URL and monotonic() >= self._redis_rests_until:
            # 6 MB, for who has it alone.
            from redis import RedisError

            from apps.api.limits import in_redis

            try:
                return in_redis.counter(settings.REDIS_URL).take(limits)
            except RedisError as error:
                # Not asked again for a while, so that each request does not wait for it in turn.
                self._redis_rests_until = monotonic() + RETRY_REDIS_AFTER_SECONDS
                logger.warning("Redis does not answer, limits are counted per process: %s", type(error).__name__)
        return self.process.take(limits)


counters = Counters()


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
