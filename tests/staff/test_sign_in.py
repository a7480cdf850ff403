"""Sign-in: the second step from QR code to reset, recovery codes, sessions that end, and one's own log-ins."""

import re
import time
from base64 import b32decode
from datetime import timedelta
from importlib import import_module
from secrets import token_hex

import pytest
from auditlog.models import LogEntry
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from apps.back_office.sealing import Unreadable
from apps.operations.examination import findings
from apps.staff import seals
from apps.staff.checks import second_steps_are_readable
from apps.staff.models import Device, LogIn, Outcome, RecoveryCode, StaffSession
from apps.staff.sign_in import log_ins, second_step, sessions

PASSWORD = "correct horse battery"
HOME, LOGIN, CODE = (reverse(f"admin:{name}") for name in ("index", "login", "code"))
STEP, SESSIONS, CODES = (reverse(f"admin:{name}") for name in ("second_step", "sessions", "recovery_codes"))


@pytest.fixture
def user(db) -> User:
    return User.objects.create_superuser("anna", password=PASSWORD)


@pytest.fixture
def device(user) -> Device:
    return device_for(user)


def device_for(user: User) -> Device:
    return Device.objects.create(user=user, key=seals.sealed(token_hex(20), user.pk), confirmed=True)


def code_of(device: Device, later: int = 0) -> str:
    totp = TOTP(device.bin_key)
    totp.time = time.time() + later
    return f"{totp.token():06}"


def wrong_code(device: Device) -> str:
    near = {code_of(device, 30 * step) for step in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
                if code not in near)  # fmt: skip


def enter(client: Client | None = None, onward: str = HOME, username: str = "anna") -> Client:
    """Give name and password, and return who has."""
    client = client or Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    client.post(f"{LOGIN}?next={onward}", {"username": username, "password": PASSWORD, "next": onward})
    return client


def with_code(device: Device) -> Client:
    client = enter()
    assert client.post(CODE, {"code": code_of(device), "next": HOME}).status_code == 302
    assert client.get(HOME).status_code == 200
    return client


def set_up(client: Client) -> list[str]:
    """Set up a second step as the page tells, and return the recovery codes that it shows."""
    page = client.get(STEP).content.decode()
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)[1]
    totp = TOTP(b32decode(secret.replace(" ", "")))
    totp.time = time.time()
    response = client.post(STEP, {"code": f"{totp.token():06}", "password": PASSWORD}, follow=True)
    return re.findall(r"<code>([a-z2-9-]{19})</code>", response.content.decode())


# The way in.


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


# Sessions and log-ins.


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
