"""Log-ins of staff: when, from where, with what, and how they went; kept for a while, and shown to whose they are.

Names that nobody has are not kept: they may be anything, even a password that went into the wrong field.
"""

from datetime import timedelta
from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from apps.staff.models import LONGEST_BROWSER, LogIn, Outcome, StaffSession
from apps.staff.sign_in.sessions import SIGNED_IN

KEPT = timedelta(days=90)
# The first of these that a browser gives itself says what it is.
BROWSERS = {
    "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari", "curl": "curl",
}  # fmt: skip
SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "CrOS": "ChromeOS",
    "Mac OS X": "macOS", "Linux": "Linux",
}  # fmt: skip


def signed_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Note a log-in in the session and in the table, a receiver of `user_logged_in`; what is too old goes."""
    outcome, now = getattr(user, "signed_in_by", Outcome.PASSWORD), timezone.now()
    whence = _whence(request)
    request.session[SIGNED_IN] = {"at": now.isoformat(), "by": str(outcome), **whence}
    LogIn.objects.filter(user=user, at__lt=now - KEPT).delete()
    StaffSession.objects.filter(user=user, expire_date__lte=now).delete()
    LogIn.objects.create(user=user, at=now, outcome=outcome, **whence)


def failed(
    sender: Any,
    credentials: dict[str, Any],
    request: HttpRequest | None = None,
    outcome: Outcome = Outcome.WRONG_PASSWORD,
    **kwargs: Any,
) -> None:
    """Note a failure of somebody whom there is, a receiver of `user_login_failed`; once, that they are locked out."""
    user = User.objects.filter(username=str(credentials.get("username", "")).replace("\0", "")).first()
    if user is None or request is None:
        return
    whence = _whence(request)
    if getattr(request, "axes_locked_out", False):
        last = LogIn.objects.filter(user=user, address=whence["address"]).order_by("-at", "-pk").first()
        if last is not None and last.outcome == Outcome.LOCKED:
            return
        outcome = Outcome.LOCKED
    LogIn.objects.create(user=user, outcome=outcome, **whence)


def in_words(browser: str) -> str:
    """Return what a browser is, "Firefox, Linux", of the name that it gives itself; that name where it is unknown."""
    kind = next((word for sign, word in BROWSERS.items() if f"{sign}/" in browser), "")
    system = next((word for sign, word in SYSTEMS.items() if sign in browser), "")
    return ", ".join(filter(None, (kind, system))) or browser[:50]


def _whence(request: HttpRequest) -> dict[str, str]:
    browser = request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:LONGEST_BROWSER]
    return {"address": (get_client_ip_address(request) or "")[:100], "browser": browser}
