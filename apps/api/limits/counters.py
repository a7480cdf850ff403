"""Counting requests against limits: in Redis, where all processes see the count, or else in this process.

A refused request counts nowhere, and one that is let through counts everywhere, in one step: never over the limit, and
what one limit refuses costs nothing of another. What costs more than one is let through while anything is left, and
takes what it costs, or all that is left: so nothing is too dear for a limit, and what was dear is waited for later.
"""

import logging
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger("gazetteer.api")

TIMEOUT_SECONDS = 0.1
RETRY_REDIS_AFTER_SECONDS = 5
MAX_HOLDERS = 20_000


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


# A list of the times at which requests were let through, newest first; a total is a plain number.
SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local allowed, used, wait = 1, {}, {}
for i, key in ipairs(KEYS) do
  local count, span = tonumber(ARGV[4 * i - 3]), tonumber(ARGV[4 * i - 2])
  if ARGV[4 * i - 1] == 'total' then
    used[i] = tonumber(redis.call('GET', key) or 0)
    wait[i] = span
  else
    local oldest = tonumber(redis.call('LINDEX', key, -1))
    while oldest and now - oldest >= span do
      redis.call('RPOP', key)
      oldest = tonumber(redis.call('LINDEX', key, -1))
    end
    used[i] = redis.call('LLEN', key)
    wait[i] = oldest and span - (now - oldest) or span
  end
  if used[i] >= count then allowed = 0 end
end
local answer = {allowed}
for i, key in ipairs(KEYS) do
  if allowed == 1 then
    local cost = math.min(tonumber(ARGV[4 * i]), tonumber(ARGV[4 * i - 3]) - used[i])
    if ARGV[4 * i - 1] == 'total' then
      redis.call('INCRBY', key, cost)
    else
      for _ = 1, cost do redis.call('LPUSH', key, now) end
    end
    redis.call('PEXPIRE', key, ARGV[4 * i - 2])
    used[i] = used[i] + cost
  end
  answer[2 * i] = used[i]
  answer[2 * i + 1] = wait[i]
end
return answer
"""


class RedisCounter:
    """Counts for all processes, by one script; raises redis.RedisError."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._script = self._client.register_script(SCRIPT)

    def take(self, limits: Sequence[Limit]) -> Verdict:
        """Count one request, unless one of the limits is used up."""
        arguments: list[Any] = []
        for limit in limits:
            arguments += [limit.count, limit.seconds * 1000, "total" if limit.is_total else "log", limit.cost]
        answer: Any = self._script(keys=[f"gaz:{limit.name}:{limit.holder}" for limit in limits], args=arguments)
        readings = [
            Reading(limit, max(0, limit.count - used), milliseconds / 1000)
            for limit, used, milliseconds in zip(limits, answer[1::2], answer[2::2], strict=True)
        ]
        return Verdict(bool(answer[0]), readings)


class ProcessCounter:
    """Counts for this process alone, of the holders seen last."""

    def __init__(self, size: int = MAX_HOLDERS) -> None:
        self.size = size
        self._times: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._totals: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = Lock()

    def take(self, limits: Sequence[Limit]) -> Verdict:
        """Count one request, unless one of the limits is used up."""
        now = time.monotonic()
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


class _Counters:
    """Redis while it answers, this process otherwise."""

    def __init__(self) -> None:
        self.process = ProcessCounter()
        self._redis_rests_until = 0.0

    def take(self, limits: Sequence[Limit]) -> Verdict:
        if settings.REDIS_URL and time.monotonic() >= self._redis_rests_until:
            try:
                return _redis(settings.REDIS_URL).take(limits)
            except redis.RedisError as error:
                # Not asked again for a while, so that each request does not wait for it in turn.
                self._redis_rests_until = time.monotonic() + RETRY_REDIS_AFTER_SECONDS
                logger.warning("Redis does not answer, limits are counted per process: %s", type(error).__name__)
        return self.process.take(limits)


@lru_cache(maxsize=4)
def _redis(url: str) -> RedisCounter:
    return RedisCounter(url)


_counters = _Counters()


def take(limits: Sequence[Limit]) -> Verdict:
    """Count one request against all `limits`, unless one of them is used up; never raises."""
    return _counters.take(limits)
