"""Whoever asks thousands of different questions fills no memory, and takes nothing from who asks the same again."""

from itertools import count

import pytest
from cachetools import LRUCache

from apps.api import views
from apps.api.answers import front
from apps.api.answers.store import store
from apps.api_keys import credentials
from apps.geography.names.languages import LANGUAGES
from tests.factories import TenantFactory, issue_key

# This module chooses for itself what is warm.
pytestmark = [pytest.mark.counted, pytest.mark.django_db]

STORE_BYTES = 1_500_000
FLOOD = 150
CONSTANTS = {"X-Client-Hash": "abc", "X-LOCALE": "en-US", "User-Agent": "tests", "Accept-Language": "de"}
CONSTANTS_PATH = "/web/v1/system/constants/countries"


@pytest.fixture(autouse=True)
def small_memories(monkeypatch):
    """Leave so little room that a flood of a few hundred requests is one."""
    monkeypatch.setattr(store, "max_bytes", STORE_BYTES)
    monkeypatch.setattr(store, "max_entries", 100)
    monkeypatch.setattr(views, "_asked", LRUCache(50))


@pytest.fixture
def bystanders(client, tenant):
    """Return what others ask: everybody, another tenant, and a form of the flooder's own tenant."""
    other = {"Authorization": f"Bearer {issue_key(TenantFactory(code='globex'))}", "X-Version": "v2"}
    asks = [
        (CONSTANTS_PATH, CONSTANTS),
        ("/api/data/countries", other),
        ("/country/globex/countries?pageSize=300", other),
        ("/v1/country/list?country=PL", other),
    ]

    def ask() -> list:
        return [client.get(path, headers=headers) for path, headers in asks]

    # What is asked again is kept before what was asked once.
    for _ in range(3):
        ask()
    assert [response.is_warm for response in ask()] == [True] * len(asks)
    return ask


def is_bounded() -> bool:
    return store.size <= STORE_BYTES and len(store) <= 100 and len(views._asked) <= 50


def questions(secret: str):
    """Yield different questions of one tenant, each with an answer of its own."""
    headers = {"Authorization": f"Bearer {secret}", "X-Version": "v2"}
    tags = [language for language in sorted(LANGUAGES) if "-" not in language]
    for turn in count():
        tag = tags[turn % len(tags)]
        yield [
            ("/country/acme/countries?pageSize=300", headers | {"Accept-Language": tag}),
            (f"/country/acme/countries?pageSize={1 + turn % 300}&pageNumber={1 + turn % 7}", headers),
            (f"/country/acme/countries?name=~{turn}", headers),
            ("/api/data/countries", headers | {"Accept-Language": tag}),
            (f"/api/data/countries/PL/subdivisions?x={turn}", headers),
        ][turn % 5]


@pytest.mark.once
@pytest.mark.parametrize("times", [1, 2])
def test_a_flood_of_questions_leaves_others_their_answers(client, secret, bystanders, times):
    asked = questions(secret)
    for _ in range(FLOOD):
        path, headers = next(asked)
        for _ in range(times):
            assert client.get(path, headers=headers).status_code in {200, 400}
    assert is_bounded()
    assert [response.is_warm for response in bystanders()] == [True] * 4


def test_a_flood_by_everybody_leaves_tenants_their_answers(client, bystanders):
    for language in sorted(LANGUAGES):
        for _ in range(2):
            client.get(CONSTANTS_PATH, headers=CONSTANTS | {"Accept-Language": language})
    assert is_bounded()
    assert [response.is_warm for response in bystanders()][1:] == [True] * 3


def test_one_question_in_thousands_of_spellings_is_one_answer(client, bystanders):
    entries, size = len(store), store.size
    for turn in range(FLOOD):
        spelled = f"de;q=0.{turn % 9 + 1}, x-{turn}, tlh-{turn}"
        response = client.get(CONSTANTS_PATH + f"?x={turn}", headers=CONSTANTS | {"Accept-Language": spelled})
        assert response.is_warm
    assert (len(store), store.size) == (entries, size)
    assert is_bounded()


def test_what_is_refused_is_not_remembered(client, secret, bystanders):
    entries, known = len(store), len(credentials._remembered)
    headers = {"Authorization": f"Bearer {secret}", "X-Version": "v2"}
    for turn in range(FLOOD):
        damaged = headers | {"Authorization": f"Bearer {secret[:-6]}{turn:06}"}
        assert client.get("/api/data/countries", headers=damaged).status_code == 401
        assert client.get(f"/country/acme/countries/PL-{turn}", headers=headers).status_code == 404
        assert client.get(f"/country/acme/countries?sort={turn}", headers=headers).status_code == 400
        workspace = CONSTANTS | {"X-Workspace-Id": f"{turn:022}"}
        assert client.get(CONSTANTS_PATH, headers=workspace).status_code == 404
    assert len(store) == entries
    assert len(credentials._remembered) <= known + 1
    assert [response.is_warm for response in bystanders()] == [True] * 4


def test_paths_and_hosts_fill_no_memory(client, bystanders):
    for turn in range(2 * FLOOD):
        client.get(f"/api/data/countries/{turn}/subdivisions", headers={"Host": f"h{turn}.example"})
        client.get(f"/country/acme/countries/{turn}")
    for memory in (front.route_at, front._host_is_allowed):
        assert memory.cache_info().currsize <= memory.cache_info().maxsize
    assert [response.is_warm for response in bystanders()] == [True] * 4
