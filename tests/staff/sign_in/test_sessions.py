"""Sessions that end, and one's own log-ins."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.staff.models import LogIn, Outcome, StaffSession
from apps.staff.sign_in import log_ins, sessions
from tests.staff.sign_in.entering import CODES, HOME, LOGIN, SESSIONS, STEP, enter, with_code


def test_one_ends_ones_own_sessions_and_no_others(user):
    one, two, three = enter(), enter(), enter()
    stranger = Client()
    stranger.force_login(User.objects.create_superuser("stranger"))
    foreign = sessions.digest(stranger.session.session_key)
    for nonsense in (foreign, "", "x\x00", "9" * 9999, sessions.digest(one.session.session_key)):
        assert one.post(SESSIONS, {"end": nonsense}).status_code == 302
    assert [each.get(HOME).status_code for each in (one, two, three, stranger)] == [200] * 4
    one.post(SESSIONS, {"end": sessions.digest(two.session.session_key)})
    assert [each.get(HOME).status_code for each in (one, two, three)] == [200, 302, 200]
    one.post(SESSIONS, {"end": "others"})
    assert [each.get(HOME).status_code for each in (one, three, stranger)] == [200, 302, 200]


def test_the_page_shows_sessions_and_log_ins_from_the_client_behind_the_proxy(user, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    forwarded = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7"}
    Client(**forwarded).post(LOGIN, {"username": "anna", "password": "wrong"})
    Client().post(LOGIN, {"username": "correct horse battery", "password": "anna"})
    client = enter(Client(**forwarded, HTTP_USER_AGENT="<b>curl/8"))
    page = client.get(SESSIONS).content.decode()
    assert "198.51.100.7" in page
    assert "Wrong password" in page
    assert "Logged in by password" in page
    assert "This one" in page
    assert "<b>curl" not in page
    assert LogIn.objects.count() == 2


def test_the_pages_cost_no_more_than_twelve_queries(user, device, django_assert_max_num_queries):
    client = with_code(device)
    for _ in range(3):
        LogIn.objects.create(user=user, outcome=Outcome.WRONG_CODE)
    for page in (SESSIONS, STEP, CODES):
        with django_assert_max_num_queries(8):
            assert client.get(page).status_code == 200


def test_a_session_costs_one_query_and_writes_its_use_once_a_minute(user, django_assert_num_queries):
    client = enter()
    url = reverse("admin:jsi18n")
    with django_assert_num_queries(2):
        client.get(url)
    long_ago = timezone.now() - timedelta(minutes=5)
    StaffSession.objects.update(seen_at=long_ago)
    client.get(url)
    assert StaffSession.objects.get().seen_at > long_ago
    with django_assert_num_queries(2):
        client.get(url)


def test_who_only_reads_does_not_wait_for_those_who_write(user, monkeypatch):
    def busy():
        raise OperationalError("database is locked")

    client = enter()
    StaffSession.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    monkeypatch.setattr(sessions.transaction, "atomic", busy)
    assert client.get(reverse("admin:jsi18n")).status_code == 200


def test_a_session_ends_when_it_is_idle_and_at_last_after_the_log_in(user, settings):
    client = enter()
    row = StaffSession.objects.get()
    assert row.expire_date - row.seen_at == timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    now = timezone.now()
    began = now - timedelta(seconds=settings.SESSION_COOKIE_AGE - 60)
    StaffSession.objects.update(began_at=began, seen_at=now - timedelta(minutes=2))
    client.get(HOME)
    assert StaffSession.objects.get().expire_date == began + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    StaffSession.objects.update(expire_date=now)
    assert client.get(HOME).status_code == 302
    call_command("clearsessions")
    assert not StaffSession.objects.exists()


def test_what_is_old_is_forgotten_at_the_next_log_in(user):
    LogIn.objects.create(user=user, outcome=Outcome.PASSWORD, at=timezone.now() - log_ins.KEPT - timedelta(hours=1))
    enter()
    StaffSession.objects.update(expire_date=timezone.now())
    enter()
    assert LogIn.objects.count() == 2
    assert StaffSession.objects.count() == 1


@pytest.mark.parametrize(
    ("browser", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
         "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("something" * 20, ("something" * 20)[:50]),
        ("", ""),
    ],
)  # fmt: skip
def test_browsers_are_named_in_words(browser, words):
    assert log_ins.in_words(browser) == words
