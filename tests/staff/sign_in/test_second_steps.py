"""Second steps: who must have one, how it is set up, stored, switched off and reset."""

import re
from importlib import import_module

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.back_office.sealing import Unreadable
from apps.operations.examination import findings
from apps.staff.checks import second_steps_are_readable
from apps.staff.models import Device, LogIn, Outcome, RecoveryCode, StaffSession
from tests.staff.sign_in.entering import (
    CODE,
    CODES,
    HOME,
    LOGIN,
    PASSWORD,
    SESSIONS,
    STEP,
    code_of,
    device_for,
    enter,
    set_up,
    with_code,
)

# Who must have one.


@pytest.mark.parametrize(
    ("setting", "role", "is_led"),
    [
        ("nobody", "Administrator", False),
        ("administrators", "Administrator", True),
        ("administrators", "Viewer", False),
        ("everybody", "Viewer", True),
    ],
)
def test_whoever_must_have_one_sets_it_up_before_anything_else(setting, role, is_led, db, settings):
    settings.SECOND_STEP = setting
    somebody = User.objects.create_user("anna", password=PASSWORD, is_staff=True)
    somebody.groups.add(Group.objects.get(name=role))
    client = enter()
    wanted = reverse("admin:geography_country_changelist")
    for url in (HOME, wanted, SESSIONS, CODES, reverse("admin:password_change")):
        assert (client.get(url).status_code == 302) is (is_led or (url == CODES and False)), url
    if is_led:
        page = client.get(wanted, follow=True)
        assert page.redirect_chain[-1][0] == f"{STEP}?next={wanted.replace('/', '%2F')}"
        assert "You need one here" in page.content.decode()
        assert "logout" in page.content.decode()
        assert len(set_up(client)) == 10
        assert client.get(wanted).status_code == 200


def test_a_superuser_is_an_administrator(user, settings):
    settings.SECOND_STEP = "administrators"
    assert enter().get(HOME, follow=True).redirect_chain[-1][0].startswith(STEP)


# Setting it up, renewing codes, switching it off.


def test_a_second_step_is_set_up_with_recovery_codes_that_are_shown_once(user):
    client, elsewhere = enter(), enter()
    picture = client.get(reverse("admin:second_step_qr"))
    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]
    assert b"<svg" in picture.content
    assert b"style=" not in picture.content
    codes = set_up(client)
    assert len(set(codes)) == 10
    assert codes[0] not in client.get(CODES).content.decode()
    assert "shown already" in client.get(CODES).content.decode()
    assert client.get(HOME).status_code == 200
    assert elsewhere.get(HOME).status_code == 302
    assert "10 recovery codes are left" in client.get(SESSIONS).content.decode()
    again = enter()
    assert again.get(HOME).status_code == 302
    assert again.post(CODE, {"code": codes[0].upper().replace("-", " ")}).status_code == 302
    assert enter().post(CODE, {"code": codes[0]}).status_code == 200
    assert LogIn.objects.filter(outcome=Outcome.RECOVERY).count() == 1
    assert RecoveryCode.objects.count() == 9


@pytest.mark.parametrize("code", ["", "abcdef", "9" * 10_000, "12\x003456", "000"])
def test_it_is_not_set_up_by_a_wrong_code(user, code):
    client = enter()
    response = client.post(STEP, {"code": code, "password": PASSWORD})
    assert response.status_code == 200
    assert response.context["form"].errors["code"]
    assert not Device.objects.exists()


@pytest.mark.parametrize("password", ["", "wrong"])
def test_it_is_not_set_up_without_the_password(user, password):
    client = enter()
    client.get(STEP)
    device = Device(user=user, key=client.session["second_step_secret"])
    response = client.post(STEP, {"code": code_of(device), "password": password})
    assert response.context["form"].errors["password"]
    assert not Device.objects.exists()


def test_the_code_that_set_it_up_is_used(user):
    client = enter()
    client.get(STEP)
    device = Device(user=user, key=client.session["second_step_secret"])
    client.post(STEP, {"code": code_of(device), "password": PASSWORD})
    assert enter().post(CODE, {"code": code_of(device)}).status_code == 200


def test_codes_are_renewed_and_it_is_switched_off_by_the_password(user, device):
    client = with_code(device)
    for button in ("renew", "remove"):
        response = client.post(STEP, {button: "", "password": "wrong"})
        assert "not your password" in response.content.decode()
    page = client.post(STEP, {"renew": "", "password": PASSWORD}, follow=True).content.decode()
    assert len(re.findall(r"<code>[a-z2-9-]{19}</code>", page)) == 10
    client.post(STEP, {"remove": "", "password": PASSWORD})
    assert not Device.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert client.get(HOME).status_code == 200
    notes = [entry.additional_data["note"] for entry in LogEntry.objects.order_by("pk")]
    assert notes == ["Recovery codes renewed.", "Second step switched off."]


def test_a_session_by_password_alone_switches_no_second_step_off(user):
    client = enter()
    device_for(user)
    assert client.post(STEP, {"remove": "", "password": PASSWORD}).url.startswith(LOGIN)
    assert Device.objects.exists()


def test_no_secret_is_in_the_history_in_names_or_in_addresses(user, caplog):
    client = enter()
    client.get(STEP)
    sealed = client.session["second_step_secret"]
    codes = set_up(client)
    device, code = Device.objects.get(), RecoveryCode.objects.first()
    secret = device.bin_key.hex()
    assert secret not in (sealed, device.key)
    entries = repr(list(LogEntry.objects.values()))
    for each in (secret, sealed, *codes, code.digest):
        assert each not in f"{device} {code} {StaffSession.objects.first()} {entries} {caplog.text}"
    assert client.session.session_key not in repr(list(StaffSession.objects.values()))
    assert not any(code.replace("-", "") in repr(list(RecoveryCode.objects.values())) for code in codes)


# The key under which secrets are stored.


def test_a_secret_is_stored_so_that_only_the_secret_key_and_its_user_open_it(user, device):
    assert len(device.key) <= 80
    with pytest.raises(Unreadable):
        _secret = Device(user_id=user.pk + 1, key=device.key).bin_key


def test_under_a_former_secret_key_codes_are_taken_and_the_secret_moves(user, device, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    with_code(device)
    settings.SECRET_KEY_FALLBACKS = []
    assert Device.objects.get().bin_key
    assert second_steps_are_readable(["default"]) == []


def test_without_the_secret_key_the_page_and_the_check_say_so_and_recovery_codes_still_open(user, settings):
    codes = set_up(enter())
    settings.SECRET_KEY = "another"
    client = enter()
    assert "Codes of your app cannot be checked" in client.post(CODE, {"code": "123456"}).content.decode()
    assert "1 second steps cannot be read" in second_steps_are_readable(["default"])[0].msg
    assert "1 second steps cannot be read" in "".join(found.said for found in findings() if found.check == "sign-in")
    client.post(CODE, {"code": codes[0], "next": HOME})
    assert client.get(HOME).status_code == 200


def test_secrets_that_are_stored_in_clear_are_sealed_and_can_be_laid_bare_again(user, settings):
    migration = import_module("apps.staff.migrations.0005_seal_second_steps")
    device = Device.objects.create(user=user, key="5e" * 20)
    migration.seal(apps, connection.schema_editor())
    assert Device.objects.get().bin_key == b"\x5e" * 20
    migration.lay_bare(apps, connection.schema_editor())
    device.refresh_from_db()
    assert device.key == "5e" * 20


# Who has lost it.


def test_an_administrator_resets_a_colleagues_second_step(user, device):
    theirs = with_code(device)
    boss = Client()
    boss.force_login(User.objects.create_superuser("boss"))
    people = reverse("admin:auth_user_changelist")
    sent = {"action": "reset_second_step", "_selected_action": [user.pk]}
    assert "Reset the second step of 1 person?" in boss.post(people, sent).content.decode()
    assert Device.objects.exists()
    boss.post(people, {**sent, "confirmed": "yes"})
    assert not Device.objects.exists()
    entry = LogEntry.objects.latest("pk")
    assert (entry.additional_data["note"], entry.actor.username, entry.object_repr) == (
        "Second step reset.", "boss", "anna",
    )  # fmt: skip
    assert theirs.get(HOME).status_code == 302
    assert enter().get(HOME).status_code == 200


def test_nobody_resets_that_of_somebody_with_more_rights_or_their_own(user, device):
    someone = User.objects.create_user("someone", password=PASSWORD, is_staff=True)
    someone.groups.add(Group.objects.get(name="Administrator"))
    device_for(someone)
    client = Client()
    client.force_login(someone)
    sent = {"action": "reset_second_step", "_selected_action": [user.pk, someone.pk], "confirmed": "yes"}
    client.post(reverse("admin:auth_user_changelist"), sent)
    assert Device.objects.count() == 2


def test_an_operator_resets_it_by_a_command(user, device, capsys):
    call_command("reset_second_step", "anna")
    call_command("reset_second_step", "anna")
    assert capsys.readouterr().out.splitlines() == ["anna: reset", "anna: had no second step"]
    assert LogEntry.objects.get().additional_data["command"] == "reset_second_step"
    with pytest.raises(CommandError, match="There is no user 'nobody'"):
        call_command("reset_second_step", "nobody")


def test_people_show_who_has_a_second_step(admin_client, user, device):
    shown = admin_client.get(reverse("admin:auth_user_changelist")).context["cl"].result_list
    assert {each.username: each.steps for each in shown} == {"admin": False, "anna": True}
