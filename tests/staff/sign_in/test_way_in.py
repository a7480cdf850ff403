"""The way in: password, then a code, which is good once, and must not be guessed."""

import time

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.staff.models import Device, LogIn, Outcome
from apps.staff.sign_in import second_step
from tests.staff.sign_in.entering import CODE, HOME, LOGIN, PASSWORD, code_of, enter, set_up, wrong_code


def test_without_a_second_step_the_password_is_enough(user):
    assert enter().get(HOME).status_code == 200
    assert LogIn.objects.get().outcome == Outcome.PASSWORD


def test_the_code_comes_after_the_password_and_keeps_where_one_wanted_to_go(user, device):
    client = Client()
    wanted = reverse("admin:auth_user_changelist") + "?q=a"
    response = client.post(LOGIN, {"username": "anna", "password": PASSWORD, "next": wanted})
    assert response.url.startswith(CODE)
    assert client.get(wanted).status_code == 302
    page = client.get(response.url)
    assert 'autocomplete="one-time-code"' in page.content.decode()
    assert client.post(response.url, {"code": code_of(device), "next": wanted}).url == wanted
    assert client.get(wanted).status_code == 200
    assert LogIn.objects.get().outcome == Outcome.CODE


def test_nobody_is_led_to_another_site(user, device):
    client = enter(onward="https://evil.example/")
    response = client.post(CODE, {"code": code_of(device), "next": "https://evil.example/"})
    assert response.url == HOME


@pytest.mark.parametrize("code", ["", "abcdef", "9" * 10_000, "12\x003456", "１２３", "' OR 1=1", "-00001", " "])
def test_what_is_no_code_is_an_error_of_the_form(user, device, code):
    client = enter()
    response = client.post(CODE, {"code": code})
    assert response.status_code == 200
    assert response.context["form"].errors["code"]
    assert client.get(HOME).status_code == 302


def test_a_code_is_good_once(user, device):
    code = code_of(device)
    assert enter().post(CODE, {"code": code}).status_code == 302
    assert enter().post(CODE, {"code": code}).status_code == 200


def test_after_a_wrong_code_the_next_must_wait_and_five_lock_out(user, device):
    client = enter()
    client.post(CODE, {"code": wrong_code(device)})
    assert client.post(CODE, {"code": code_of(device)}).status_code == 200
    for _ in range(3):
        response = client.post(CODE, {"code": wrong_code(device)})
    assert response.status_code == 429
    assert "Too many wrong passwords or codes" in response.content.decode()
    Device.objects.update(throttling_failure_count=0)
    assert client.post(CODE, {"code": code_of(device)}).status_code == 429
    assert list(LogIn.objects.order_by("pk").values_list("outcome", flat=True)) == ["wrong-code"] * 4 + ["locked"]
    kept = AccessAttempt.objects.get()
    assert wrong_code(device) not in kept.post_data


def test_after_wrong_codes_a_recovery_code_has_to_wait_too(user):
    code, *_ = set_up(enter())
    Device.objects.update(throttling_failure_count=10, throttling_failure_timestamp=timezone.now())
    assert second_step.check(user, code) == Outcome.WRONG_CODE
    Device.objects.update(throttling_failure_count=0)
    assert second_step.check(user, code) == Outcome.RECOVERY


def test_a_right_password_alone_forgets_no_wrong_codes(user, device):
    for _ in range(4):
        enter().post(CODE, {"code": wrong_code(device)})
    assert enter().post(CODE, {"code": wrong_code(device)}).status_code == 429


def test_the_code_must_come_soon_and_after_the_password_that_still_holds(user, device):
    assert Client().get(CODE).url == LOGIN
    client = enter()
    session = client.session
    session["waits_for_code"] = {**session["waits_for_code"], "until": time.time() - 1}
    session.save()
    assert client.post(CODE, {"code": code_of(device)}).url == LOGIN
    client = enter()
    user.set_password("another horse battery")
    user.save()
    assert client.post(CODE, {"code": code_of(device)}).url == LOGIN
