"""What is of one request alone is so in warm answers, too."""

import time

import pytest
from cachetools import TTLCache
from django.test import Client

from apps.api_keys import credentials
from apps.api_keys.models import CredentialUse, Kind
from apps.tenants.models import Tenant
from tests.api.answers.front.asking import DECODERS, ORIGIN, PATHS, UUID4
from tests.factories import issue_key

# Each test chooses for itself whether an answer is warm.
pytestmark = [pytest.mark.once, pytest.mark.counted, pytest.mark.django_db]


@pytest.mark.parametrize("given", ["my-request", "A.b_c-9", "x" * 128])
def test_a_well_formed_request_id_is_echoed(warm, name, given):
    response = warm(name, X_Request_Id=given)
    assert response.is_warm
    assert response.headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["a b", "x" * 129, "ä", "", "a\nb", None])
def test_another_request_id_is_replaced(warm, style, given):
    answers = [warm(style, X_Request_Id=given) for _ in range(2)]
    assert all(answer.is_warm for answer in answers)
    ids = {answer.headers["X-Request-Id"] for answer in answers}
    assert len(ids) == 2
    assert all(UUID4.fullmatch(each) for each in ids)


def test_each_origin_reads_its_own_answer(ask):
    origins = [ORIGIN, "https://other.example", "https://evil.example", None, "https://a.shop.example", ORIGIN]
    answers = [ask("widget countries", Origin=origin) for origin in origins]
    assert all(answer.is_warm for answer in answers[1:])
    allowed = [answer.headers.get("Access-Control-Allow-Origin") for answer in answers]
    assert allowed == [ORIGIN, "https://other.example", None, None, "https://a.shop.example", ORIGIN]
    exposed = [answer.headers.get("Access-Control-Expose-Headers") for answer in answers]
    assert [header is not None for header in exposed] == [header is not None for header in allowed]
    assert all("Origin" in answer.headers["Vary"] for answer in answers)
    assert len({answer.content for answer in answers}) == 1


def test_the_origins_of_one_key_are_not_those_of_another(ask, tenant):
    other = issue_key(tenant, Kind.PUBLIC, origins=["https://evil.example"])
    answers = [ask("widget countries", Origin="https://evil.example", X_API_KEY=key) for key in (other, other)]
    assert [answer.headers.get("Access-Control-Allow-Origin") for answer in answers] == ["https://evil.example"] * 2
    mine = [ask("widget countries", Origin="https://evil.example") for _ in range(2)][1]
    assert mine.is_warm
    assert "Access-Control-Allow-Origin" not in mine.headers


def test_an_origin_that_is_taken_from_a_tenant_is_refused_by_the_next_answer(warm, ask, tenant):
    Tenant.objects.filter(pk=tenant.pk).update(origins=[ORIGIN])
    assert warm("countries", Origin=ORIGIN).headers["Access-Control-Allow-Origin"] == ORIGIN
    Tenant.objects.filter(pk=tenant.pk).update(origins=[])
    assert "Access-Control-Allow-Origin" not in ask("countries", Origin=ORIGIN).headers


def test_the_timestamp_is_that_of_the_building(ask):
    before = time.time_ns() // 1_000_000
    first, again = ask("constants"), ask("constants")
    assert again.is_warm
    assert before <= first.json()["timestamp"] <= time.time_ns() // 1_000_000
    assert again.content == first.content


@pytest.mark.parametrize("held_in", DECODERS)
@pytest.mark.parametrize("asked_in", DECODERS)
def test_a_tag_of_any_coding_gets_its_304(warm, style, held_in, asked_in):
    tag = warm(style, Accept_Encoding=held_in).headers["ETag"]
    response = warm(style, Accept_Encoding=asked_in, If_None_Match=tag)
    assert response.is_warm
    assert (response.status_code, response.headers["ETag"]) == (304, tag)


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize(("name", "body"), [("country", {"active": False}), ("names", {"en": "Polonia"})])
def test_the_tag_of_a_compressed_answer_guards_a_change(warm, client, headers, name, body, coding):
    tag = warm(name, Accept_Encoding=coding).headers["ETag"]

    def change() -> int:
        given = headers(name) | {"If-Match": tag}
        return client.patch(PATHS[name], body, content_type="application/json", headers=given).status_code

    assert change() == 204
    # It was the tag of what was there before.
    assert change() == 412
    assert warm(name, If_None_Match=tag).status_code == 200


@pytest.mark.both
def test_a_change_is_seen_by_the_next_request(warm, ask, client, headers):
    before = warm("country")
    client.patch(PATHS["country"], {"active": False}, content_type="application/json", headers=headers("country"))
    after = ask("country", If_None_Match=before.headers["ETag"])
    assert (after.status_code, after.is_warm) == (200, False)
    assert after.json()["active"] is False


@pytest.mark.both
def test_the_last_use_of_a_credential_is_still_written(ask, settings, monkeypatch):
    settings.LAST_USED_INTERVAL_SECONDS = 60
    now = [0.0]
    monkeypatch.setattr(credentials, "recently_used", TTLCache(100, ttl=60, timer=lambda: now[0]))
    assert [ask("data countries").is_warm for _ in range(3)] == [False, True, True]
    first = CredentialUse.objects.get().last_used_at
    now[0] += 61
    assert [ask("data countries").is_warm for _ in range(2)] == [False, True]
    assert CredentialUse.objects.get().last_used_at > first


def test_server_timing_tells_hits_from_misses_while_debugging(ask, settings, secret):
    settings.DEBUG = True
    assert [ask("data countries").headers["Server-Timing"] for _ in range(2)] == ["store;desc=miss", "store;desc=hit"]
    django = Client(headers={"host": "testserver"}).get(
        PATHS["data countries"], headers={"Authorization": f"Bearer {secret}", "Accept-Language": "de"}
    )
    assert django.headers["Server-Timing"] == "store;desc=hit"
    settings.DEBUG = False
    assert "Server-Timing" not in ask("data countries").headers
