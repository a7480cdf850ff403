"""The way in, as a browser goes it."""

import re
import time
from base64 import b32decode
from secrets import token_hex

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP

from apps.staff import seals
from apps.staff.models import Device

PASSWORD = "correct horse battery"


HOME, LOGIN, CODE = (reverse(f"admin:{name}") for name in ("index", "login", "code"))


STEP, SESSIONS, CODES = (reverse(f"admin:{name}") for name in ("second_step", "sessions", "recovery_codes"))


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
