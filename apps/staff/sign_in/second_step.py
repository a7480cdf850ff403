"""The second step of a log-in: a code of an authenticator app (TOTP), or one of ten recovery codes, each good once."""

import re
import secrets
import time
from base64 import b32encode
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django_otp.oath import TOTP

from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.back_office.sealing import Unreadable
from apps.staff import seals
from apps.staff.models import Device, Outcome, RecoveryCode
from apps.staff.sign_in import sessions
from apps.staff.sign_in.sessions import SIGNED_IN

CODE = re.compile(r"\d{6}")
RECOVERY_CODES = 10
# 79 bits of letters and digits that are not taken for one another, in four groups.
ALPHABET, GROUPS, IN_GROUP = "abcdefghjkmnpqrstuvwxyz23456789", 4, 4
STRONG = {Outcome.CODE, Outcome.RECOVERY}
# Where a session keeps the user whose password was right, and the secret that is being set up.
WAITING, SECRET = "waits_for_code", "second_step_secret"
WAITING_SECONDS = 10 * 60


def is_asked_of(user: Any) -> bool:
    """Return whether somebody must have a second step; whoever may change people counts as an administrator."""
    if settings.SECOND_STEP == "administrators":
        return bool(user.has_perm("auth.change_user"))
    return bool(settings.SECOND_STEP == "everybody")


def device_of(user: Any) -> Any:
    """Return the device whose codes are asked for, None where there is none."""
    return Device.objects.filter(user=user, confirmed=True).first()


def with_one() -> QuerySet[Any, Any]:
    """Return the keys of those who have a second step."""
    return Device.objects.filter(confirmed=True).values("user")  # type: ignore[no-any-return]


def is_strong(request: HttpRequest) -> bool:
    """Return whether this session began, or went on, with a code."""
    return request.session.get(SIGNED_IN, {}).get("by") in STRONG


def is_passed(request: HttpRequest) -> bool:
    """Return whether this session may go on into the back office; no query but for the user's permissions."""
    by = request.session.get(SIGNED_IN, {}).get("by")
    return by in STRONG or (by == Outcome.PASSWORD and not is_asked_of(request.user))


def wait_for_code(request: HttpRequest, user: Any) -> None:
    """Remember in a session of nobody whose password was right."""
    request.session[WAITING] = {
        "user": user.pk, "backend": user.backend, "hash": user.get_session_auth_hash(),
        "until": time.time() + WAITING_SECONDS,
    }  # fmt: skip


def who_waits(request: HttpRequest) -> Any:
    """Return the user whose password was right a while ago and still is, None where there is none."""
    waiting = request.session.get(WAITING)
    if not waiting or waiting["until"] < time.time():
        return None
    user: Any = User.objects.filter(pk=waiting["user"], is_active=True, is_staff=True).first()
    if user is None or not secrets.compare_digest(user.get_session_auth_hash(), waiting["hash"]):
        return None
    user.backend = waiting["backend"]
    return user


@transaction.atomic
def check(user: Any, text: str) -> Outcome:
    """Return what a text is: a code, a recovery code, which is used up, or wrong: then the next one must wait.

    Raises Unreadable at a code where the secret cannot be read; recovery codes need none.
    """
    device = Device.objects.select_for_update().filter(user=user, confirmed=True).first()
    text = "".join(text.split())
    if device is None or not device.verify_is_allowed()[0]:
        return Outcome.WRONG_CODE
    if CODE.fullmatch(text):
        seals.renew(device)
        return Outcome.CODE if device.verify_token(text) else Outcome.WRONG_CODE
    used, _ = RecoveryCode.objects.filter(user=user, digest=_digest(text)).delete()
    if used:
        device.throttle_reset()
        return Outcome.RECOVERY
    device.throttle_increment()
    return Outcome.WRONG_CODE


def secret_of(request: HttpRequest) -> str:
    """Return the secret, in hexadecimal, that the user is setting up; nothing but the session has it yet, sealed."""
    user: Any = request.user
    try:
        return seals.opened(request.session[SECRET], user.pk).hex()
    except (KeyError, Unreadable):
        secret = secrets.token_hex(20)
        request.session[SECRET] = seals.sealed(secret, user.pk)
        return secret


def in_base32(secret: str) -> str:
    """Return a secret as apps take it by hand, in groups of four."""
    text = b32encode(bytes.fromhex(secret)).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_of(user: Any, secret: str) -> str:
    """Return what a QR code says to an app."""
    return str(Device(user=user, key=seals.sealed(secret, user.pk)).config_url)


@transaction.atomic
def set_up(by: Author, user: Any, secret: str, text: str) -> list[str] | None:
    """Ask for codes of this secret from now on, and return the recovery codes; None where the text is not its code."""
    text = "".join(text.split())
    # Of two who set up at once, the second finds the first's.
    User.objects.select_for_update().get(pk=user.pk)
    device = Device(user=user, key=seals.sealed(secret, user.pk), name="TOTP", confirmed=True)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time()
    if not CODE.fullmatch(text) or not totp.verify(int(text), device.tolerance) or device_of(user):
        return None
    device.last_t, device.drift = totp.t(), totp.drift
    device.save()
    audit.record([audit.entry(by, user, {}, note="Second step set up.")])
    return _new_codes(user)


@transaction.atomic
def renew_codes(by: Author, user: Any) -> list[str]:
    """Return new recovery codes; those of before are good for nothing any more."""
    audit.record([audit.entry(by, user, {}, note="Recovery codes renewed.")])
    return _new_codes(user)


@transaction.atomic
def remove(by: Author, user: Any, note: str = "Second step switched off.") -> bool:
    """Ask somebody for no code any more, and return whether they were asked for one."""
    had, _ = Device.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    if had:
        audit.record([audit.entry(by, user, {}, note=note)])
    return bool(had)


@transaction.atomic
def reset(by: Author, user: Any) -> bool:
    """Remove the second step of somebody who has lost it, and end their sessions; return whether there was one."""
    had = remove(by, user, note="Second step reset.")
    if had:
        sessions.of_user(user).delete()
    return had


def _new_codes(user: Any) -> list[str]:
    codes = [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(IN_GROUP)) for _ in range(GROUPS))
        for _ in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return codes


def _digest(code: str) -> str:
    # A plain digest will do: nobody guesses 79 random bits.
    return sha256("".join(filter(str.isalnum, code.lower())).encode()).hexdigest()
