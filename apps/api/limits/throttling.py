"""How much may be asked: per credential, per tenant, and per address where there is no credential.

Every request that is authenticated counts, whatever its answer: also HEAD, 304 and errors; OPTIONS does not. It counts
for one, and in a minute for one more with each 4 KiB of its body; what a style finds in the body may cost more (see
`charge`). In a month a request is a request.
"""

from calendar import monthrange
from dataclasses import replace
from datetime import datetime
from math import ceil

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.exceptions import Throttled

from apps.api.callers import client_network
from apps.api.limits import counters
from apps.api.limits.counters import Limit, Verdict
from apps.api_keys.credentials import Caller

MINUTE_SECONDS = 60
DAY_SECONDS = 24 * 60 * 60
MONTH_SECONDS = 30 * DAY_SECONDS
BYTES_FOR_ONE = 4 * 1024
# What no request costs more than; the body of one is refused long before.
MAX_COST = 1_000


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
    tenant = caller.tenant
    if caller.requests_per_minute is not None:
        limits.append(Limit("credential", caller.credential_id, caller.requests_per_minute, MINUTE_SECONDS, cost=cost))
    if tenant.limit_per_minute is not None:
        limits.append(Limit("tenant", tenant.workspace_id, tenant.limit_per_minute, MINUTE_SECONDS, cost=cost))
    if tenant.limit_per_month is not None:
        at = at or timezone.now()
        holder = f"{tenant.workspace_id}:{at:%Y-%m}"
        limits.append(Limit("month", holder, tenant.limit_per_month, _rest_of_month(at), is_total=True))
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
