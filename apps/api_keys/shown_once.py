"""A secret on its way to the one page that shows it, once.

The page that issues leads on to it, so that loading it again issues nothing. Till it is read the secret lies nowhere as
a whole: encrypted with a pad as long as itself it is in the session, and the pad is in a cookie of
this page alone.
"""

import base64
import json
import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

NAME = "shown_once"
# How long the browser has to follow.
SECONDS = 120


def keep(request: HttpRequest, response: HttpResponse, at: str, shown: list[tuple[str, str]], note: str = "") -> None:
    """Keep (name, value) of what the page `at` this path shall show, and what it shall say with it."""
    text = json.dumps({"shown": shown, "note": note}).encode()
    pad = secrets.token_bytes(len(text))
    request.session[NAME] = {**request.session.get(NAME, {}), at: _text(_mixed(text, pad))}
    response.set_cookie(
        NAME,
        _text(pad),
        max_age=SECONDS,
        path=at,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def take(request: HttpRequest) -> dict[str, Any] | None:
    """Return what was kept for this page, {"shown": …, "note": …}, and forget it; None: it has been read."""
    kept = dict(request.session.get(NAME, {}))
    text, pad = kept.pop(request.path, None), request.COOKIES.get(NAME)
    if text is None:
        return None
    request.session[NAME] = kept
    try:
        found = json.loads(_mixed(base64.urlsafe_b64decode(text), base64.urlsafe_b64decode(pad or "")))
    except ValueError:
        return None
    return dict(found)


def _mixed(text: bytes, pad: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(text, pad, strict=True))


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode()
