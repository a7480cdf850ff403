"""Counting requests in Redis, where all processes see the count."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.api.limits.limit import Limit, Reading, Verdict

TIMEOUT_SECONDS = 0.1

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


@lru_cache(maxsize=4)
def counter(url: str) -> RedisCounter:
    """Return that of a URL."""
    return RedisCounter(url)
