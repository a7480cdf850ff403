"""Limits: exactly so many, counted once for all processes."""

import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from secrets import randbits

import pytest
import redis

from apps.api.limits import in_redis, throttling
from apps.api.limits.in_redis import RedisCounter
from apps.api.limits.limit import Limit
from apps.api.limits.throttling import ProcessCounter
from apps.api_keys import secrets
from apps.api_keys.credentials import authenticate
from apps.tenants.models import Plan, new_workspace_id
from tests.factories import TenantFactory, issue_key
from tests.serving import ROOT

pytestmark = pytest.mark.counted

REDIS_URL = os.environ.get("REDIS_URL", "")
PATH = "/api/data/countries"
ITEM = re.compile(r'"[a-z-]+"(;[a-z]+=[0-9]+)+')


@pytest.fixture(params=["process", "redis"])
def counter(request, monkeypatch):
    """Each way of counting; Redis may take as long as it does on a busy machine."""
    if request.param == "process":
        return ProcessCounter()
    if not REDIS_URL:
        pytest.skip("REDIS_URL names no Redis")
    monkeypatch.setattr(in_redis, "TIMEOUT_SECONDS", 5)
    return RedisCounter(REDIS_URL)


@pytest.fixture
def tenant(tenant):
    """A tenant of this test alone: Redis goes on to count what was asked in the one before, and rolls nothing back."""
    tenant.workspace_id = new_workspace_id()
    tenant.save()
    return tenant


@pytest.fixture
def holder():
    return secrets.generate("sk").key_id


@pytest.fixture
def address():
    """An address that no run of these tests has counted yet."""
    return f"2001:db8:{randbits(16):x}:{randbits(16):x}::1"


@pytest.fixture(autouse=True)
def _fresh_counters(monkeypatch):
    monkeypatch.setattr(throttling, "counters", throttling.Counters())


def limit_plan(tenant, **fields):
    Plan.objects.filter(pk=tenant.plan_id).update(**fields)


def test_of_many_at_once_exactly_the_limit_is_let_through(counter, holder):
    limits = [Limit("test", holder, 20, 60)]
    with ThreadPoolExecutor(16) as pool:
        verdicts = list(pool.map(lambda _: counter.take(limits), range(400)))
    assert sum(verdict.is_allowed for verdict in verdicts) == 20
    assert min(verdict.readings[0].remaining for verdict in verdicts) == 0


FLOOD = """
import sys
from apps.api.limits import in_redis
from apps.api.limits.in_redis import RedisCounter
from apps.api.limits.limit import Limit
in_redis.TIMEOUT_SECONDS = 5
url, holder = sys.argv[1:]
counter, limits = RedisCounter(url), [Limit("test", holder, 20, 60)]
print(sum(counter.take(limits).is_allowed for _ in range(100)))
"""


def test_of_many_in_four_processes_exactly_the_limit_is_let_through(holder):
    if not REDIS_URL:
        pytest.skip("REDIS_URL names no Redis")
    command = [sys.executable, "-c", FLOOD, REDIS_URL, holder]
    floods = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sum(int(flood.communicate()[0]) for flood in floods) == 20


def test_the_window_slides(counter, holder):
    limits = [Limit("test", holder, 2, 1)]
    assert [counter.take(limits).is_allowed for _ in range(3)] == [True, True, False]
    verdict = counter.take(limits)
    assert 0 < verdict.wait <= 1
    # The second may have come long after the first, where the machine is busy.
    time.sleep(1.01)
    assert [counter.take(limits).is_allowed for _ in range(3)].count(True) == 2


def test_what_one_limit_refuses_costs_nothing_of_another(counter, holder):
    narrow, wide = Limit("narrow", holder, 1, 60), Limit("wide", holder, 10, 60)
    for _ in range(5):
        counter.take([narrow, wide])
    assert counter.take([wide]).readings[0].remaining == 8


def test_who_is_refused_waits_for_the_last_of_what_is_used_up_and_for_nothing_else(counter, holder):
    short, long, wide = Limit("short", holder, 1, 10), Limit("long", holder, 1, 60), Limit("wide", holder, 9, 600)
    counter.take([short, wide])
    assert counter.take([short, wide]).wait <= 10
    counter.take([long])
    assert 10 < counter.take([short, long, wide]).wait <= 60


def test_a_total_is_not_refilled(counter, holder):
    limits = [Limit("month", holder, 3, 60, is_total=True)]
    assert [counter.take(limits).is_allowed for _ in range(5)] == [True, True, True, False, False]


def test_what_is_left_never_grows_within_a_window(counter, holder):
    limits = [Limit("test", holder, 5, 60)]
    assert [counter.take(limits).readings[0].remaining for _ in range(7)] == [4, 3, 2, 1, 0, 0, 0]


def test_what_is_dear_takes_what_it_costs_or_all_that_is_left(counter, holder):
    def take(cost):
        verdict = counter.take([Limit("test", holder, 10, 60, cost=cost)])
        return verdict.is_allowed, verdict.readings[0].remaining

    assert [take(cost) for cost in (3, 0, 50, 1)] == [(True, 7), (True, 7), (True, 0), (False, 0)]


def test_what_is_dear_is_waited_for(counter, holder):
    limit = Limit("test", holder, 2, 1, cost=40)
    assert counter.take([limit]).is_allowed
    verdict = counter.take([limit])
    time.sleep(verdict.wait + 0.01)
    assert counter.take([limit]).is_allowed


def test_as_many_as_have_left_the_window_are_let_through_again(monkeypatch, holder):
    now, counter = [0.0], ProcessCounter()
    monkeypatch.setattr(throttling, "monotonic", lambda: now[0])

    def take(at, cost):
        now[0] = at
        verdict = counter.take([Limit("test", holder, 10, 60, cost=cost)])
        return verdict.is_allowed, verdict.readings[0].remaining, verdict.readings[0].wait

    # Of the five that the second costs, two were left.
    assert [take(0, 8), take(20, 5), take(30, 1)] == [(True, 2, 60), (True, 0, 40), (False, 0, 30)]
    assert take(60, 0)[:2] == (True, 8)


def test_counting_in_a_process_forgets_the_holders_seen_longest_ago():
    counter = ProcessCounter(size=10)
    for number in range(1000):
        counter.take([Limit("test", str(number), 5, 60), Limit("month", str(number), 5, 60, is_total=True)])
    assert len(counter._times) == len(counter._totals) == 10


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis://192.0.2.1:6379/0"], ids=["refused", "silent"])
def test_without_redis_the_process_counts_and_does_not_wait_again(settings, holder, url, caplog):
    settings.REDIS_URL = url
    limits = [Limit("test", holder, 3, 60)]
    assert [throttling.counters.take(limits).is_allowed for _ in range(5)] == [True, True, True, False, False]
    assert caplog.text.count("Redis does not answer") == 1


def test_a_redis_that_answers_nonsense_fails_nobody(settings, holder):
    if not REDIS_URL:
        pytest.skip("REDIS_URL names no Redis")
    settings.REDIS_URL = REDIS_URL
    redis.Redis.from_url(REDIS_URL).set(f"gaz:test:{holder}", "not a list", ex=60)
    assert throttling.counters.take([Limit("test", holder, 3, 60)]).is_allowed


def test_a_plan_limits_its_tenant_over_all_its_keys(client, tenant):
    keys = [issue_key(tenant), issue_key(tenant)]
    limit_plan(tenant, requests_per_minute=3)
    answers = [client.get(PATH, HTTP_AUTHORIZATION=f"Bearer {keys[turn % 2]}") for turn in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert answers[0].headers["RateLimit-Policy"] == '"tenant";q=3;w=60'
    assert answers[0].headers["RateLimit"].startswith('"tenant";r=2;t=')
    assert answers[-1].headers["RateLimit"].startswith('"tenant";r=0;t=')
    other = issue_key(TenantFactory(plan=tenant.plan))
    assert client.get(PATH, HTTP_AUTHORIZATION=f"Bearer {other}").status_code == 200


def test_a_key_has_a_limit_of_its_own(client, tenant):
    limited, free = issue_key(tenant, requests_per_minute=1), issue_key(tenant)
    statuses = [client.get(PATH, HTTP_AUTHORIZATION=f"Bearer {key}").status_code for key in (limited, limited, free)]
    assert statuses == [200, 429, 200]


def test_a_monthly_quota_ends(client, tenant, secret):
    limit_plan(tenant, monthly_quota=2)
    answers = [client.get(PATH, HTTP_AUTHORIZATION=f"Bearer {secret}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 31 * 86400


def test_a_quota_lasts_to_the_end_of_its_month(tenant, secret):
    limit_plan(tenant, monthly_quota=2)
    caller = authenticate(secret)
    (limit,) = throttling.limits_of(caller, at=datetime(2026, 12, 31, 23, 59, 30, tzinfo=UTC))
    assert (limit.holder, limit.seconds) == (f"{tenant.workspace_id}:2026-12", 30)
    (limit,) = throttling.limits_of(caller, at=datetime(2027, 2, 1, tzinfo=UTC))
    assert (limit.holder, limit.seconds) == (f"{tenant.workspace_id}:2027-02", 28 * 86400)


def test_every_answer_to_a_caller_counts_but_a_preflight(client, tenant, secret):
    limit_plan(tenant, requests_per_minute=4)
    header = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    etag = client.get(PATH, **header).headers["ETag"]
    client.options(PATH, **header)
    assert client.head(PATH, **header).status_code == 200
    assert client.get(PATH, HTTP_IF_NONE_MATCH=etag, **header).status_code == 304
    assert client.get("/api/data/nothing", **header).status_code == 404
    assert client.get(PATH, **header).status_code == 429


def test_without_a_limit_there_are_no_headers(client, secret):
    answer = client.get(PATH, HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert "RateLimit" not in answer.headers
    assert "RateLimit-Policy" not in answer.headers


def test_the_headers_are_structured_fields(client, tenant):
    limit_plan(tenant, requests_per_minute=3, monthly_quota=100)
    answer = client.get(PATH, HTTP_AUTHORIZATION=f"Bearer {issue_key(tenant, requests_per_minute=2)}")
    for name in ("RateLimit", "RateLimit-Policy"):
        items = answer.headers[name].split(", ")
        assert len(items) == 3
        assert all(ITEM.fullmatch(item) for item in items)


def test_wrong_keys_are_limited_by_address_and_right_ones_are_not(client, secret, settings, address):
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"failed-authentication": 2}
    wrong, right = f"Bearer {secrets.generate('sk').text}", f"Bearer {secret}"
    other = address.replace("2001:db8:", "2001:db9:")
    answers = [
        client.get(PATH, HTTP_AUTHORIZATION=wrong, REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=f"203.0.113.{turn}")
        for turn, peer in enumerate([address, address, address, other])
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 429, 401]
    assert client.get(PATH, HTTP_AUTHORIZATION=right, REMOTE_ADDR=address).status_code == 200


def test_without_a_credential_the_address_is_limited(client, db, settings, address):
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"anonymous": 2}
    path, headers = "/web/v1/system/constants/countries", {"HTTP_X_CLIENT_HASH": "a", "HTTP_X_LOCALE": "en"}
    answers = [client.get(path, REMOTE_ADDR=address, **headers) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert 429 not in {answers[0].status_code, answers[1].status_code}
    assert answers[-1].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/oauth/token", "/v1/auth/token"])
def test_token_endpoints_have_a_bucket_of_their_own(client, db, settings, address, path):
    settings.REQUESTS_PER_MINUTE_BY_ADDRESS = {"token": 2, "anonymous": 1}
    form = {"content_type": "application/x-www-form-urlencoded", "REMOTE_ADDR": address}
    statuses = [client.post(path, "a=b", **form).status_code for _ in range(3)]
    assert 429 not in statuses[:2]
    assert statuses[2] == 429


def validate(client, secret, count, *, suggest=False, padding=0):
    body = {"code": [f"Q{number:02}" for number in range(count)], "suggest": suggest}
    return client.post(
        "/api/validate/country",
        json.dumps(body) + " " * padding,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


@pytest.mark.parametrize(
    ("count", "options", "cost"),
    [
        (1, {"suggest": True}, 1),
        (10, {}, 1),
        (40, {}, 3),
        (10, {"suggest": True}, 11),
        (80, {"suggest": True}, 55),
        (1, {"padding": 9000}, 3),
    ],
    ids=["one", "a short list", "a long list", "suggestions", "as many as are given", "a long body"],
)
def test_dear_requests_count_for_several_of_a_minute_and_for_one_of_a_month(client, tenant, count, options, cost):
    limit_plan(tenant, requests_per_minute=1000, monthly_quota=1000)
    answer = validate(client, issue_key(tenant, requests_per_minute=1000), count, **options)
    assert answer.status_code in {200, 422}
    left = {name: int(rest) for name, rest in re.findall(r'"([a-z]+)";r=([0-9]+)', answer.headers["RateLimit"])}
    assert left == {"credential": 1000 - cost, "tenant": 1000 - cost, "month": 999}


@pytest.mark.parametrize("length", ["many", "²", "-1", ""])
def test_a_length_that_is_no_number_counts_for_one(client, tenant, secret, length):
    limit_plan(tenant, requests_per_minute=3)
    answer = client.get(PATH, CONTENT_LENGTH=length, HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert answer.headers["RateLimit"].startswith('"tenant";r=2;')


def test_a_dear_request_is_answered_whatever_the_limit(client, tenant, secret):
    limit_plan(tenant, requests_per_minute=5)
    assert [validate(client, secret, 80, suggest=True).status_code for _ in range(2)] == [200, 429]


def test_a_new_plan_has_a_limit_that_nobody_stumbles_over(db):
    assert Plan.objects.create(name="New").requests_per_minute == 60_000
