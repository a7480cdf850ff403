"""Keys and clients move to the newest pepper when they are used, once."""

from urllib.parse import urlencode

import pytest

from apps.api_keys import credentials
from apps.api_keys.models import ApiKey, OAuthClient
from apps.api_keys.peppers import moves
from apps.revisions import numbers

pytestmark = pytest.mark.django_db
COUNTRIES = "/api/data/countries"


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    credentials._remembered.clear()
    moves.pending.clear()
    monkeypatch.setattr(moves, "SETTLED_SECONDS", 0.0)
    monkeypatch.setattr(moves, "_rests_until", 0.0)


@pytest.fixture
def next_pepper(secret, settings) -> None:
    settings.API_KEY_PEPPERS = {**settings.API_KEY_PEPPERS, 2: "the next pepper"}


def pepper() -> int:
    return ApiKey.objects.values_list("pepper_id", flat=True).get()


def test_a_key_moves_when_it_is_used_and_works_without_the_old_pepper(secret, next_pepper, settings):
    credentials.authenticate(secret)
    assert pepper() == 1
    credentials.write_uses()
    assert pepper() == 2
    settings.API_KEY_PEPPERS = {2: "the next pepper"}
    assert credentials.authenticate(secret).tenant.code == "acme"


@pytest.mark.counted
def test_a_key_that_has_moved_is_not_written_again(secret, next_pepper, monkeypatch, django_assert_num_queries):
    credentials.authenticate(secret)
    moves.write()
    before = numbers.current("credentials")
    monkeypatch.setattr(moves, "_rests_until", 0.0)
    for _ in range(3):
        credentials.authenticate(secret)
        with django_assert_num_queries(0):
            moves.write()
    assert numbers.current("credentials") == before


def test_a_process_that_has_just_started_moves_nothing(secret, next_pepper, monkeypatch):
    monkeypatch.setattr(moves, "SETTLED_SECONDS", 1e9)
    credentials.authenticate(secret)
    moves.write()
    assert pepper() == 1


def test_a_key_that_is_not_there_any_more_does_not_come_back(secret, next_pepper):
    credentials.authenticate(secret)
    ApiKey.objects.update(digest="0" * 64)
    moves.write()
    assert ApiKey.objects.get().digest == "0" * 64


def test_a_client_moves_when_it_fetches_a_token(client, tenant, next_pepper, settings):
    settings.API_KEY_PEPPERS = {1: settings.API_KEY_PEPPERS[1]}
    registered, client_secret = OAuthClient.objects.issue(tenant, "shop")
    settings.API_KEY_PEPPERS = {**settings.API_KEY_PEPPERS, 2: "the next pepper"}
    body = {"grant_type": "client_credentials", "client_id": registered.client_id, "client_secret": client_secret}
    form = "application/x-www-form-urlencoded"
    assert client.post("/oauth/token", urlencode(body), content_type=form).status_code == 200
    settings.API_KEY_PEPPERS = {2: "the next pepper"}
    assert OAuthClient.objects.get().accepts(client_secret)
