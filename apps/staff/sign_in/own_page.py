"""One's own sign-in: the second step and its recovery codes, sessions to end, and the last log-ins."""

import io
import re
from typing import Any, cast

import segno
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from apps.api_keys import shown_once
from apps.back_office.history.recorded import author
from apps.staff.models import LogIn, Outcome, RecoveryCode
from apps.staff.sign_in import log_ins, second_step, sessions
from apps.staff.sign_in.forms import PasswordForm, SetUpForm
from apps.staff.sign_in.sessions import SIGNED_IN

LOG_INS_SHOWN = 50
DIGEST = re.compile(r"[0-9a-f]{40}")


@sensitive_post_parameters()
def second_step_page(request: HttpRequest) -> HttpResponse:
    """Set up a second step, or renew the recovery codes or switch it off; ten queries at most."""
    user = cast(User, request.user)
    if second_step.device_of(user) is None:
        return _set_up(request)
    form = PasswordForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if "renew" in request.POST:
            return _lead_to_codes(request, second_step.renew_codes(author(request), user))
        second_step.remove(author(request), user)
        _goes_on_by(request, Outcome.PASSWORD)
        messages.success(request, _("The second step is switched off."))
        return HttpResponseRedirect(reverse("admin:sessions"))
    context = {
        **_page(request, _("Second step")),
        "form": form,
        "codes_left": RecoveryCode.objects.filter(user=user).count(),
        "must_have": second_step.is_asked_of(user),
    }
    return TemplateResponse(request, "admin/second_step.html", context)


def _set_up(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    secret = second_step.secret_of(request)
    form = SetUpForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_step.set_up(author(request), user, secret, form.cleaned_data["code"])
        if codes is not None:
            del request.session[second_step.SECRET]
            sessions.others(request).delete()
            _goes_on_by(request, Outcome.CODE)
            return _lead_to_codes(request, codes)
        form.add_error("code", _("That is not the code that your app shows now. Is the clock of your device right?"))
    context = {
        **_page(request, _("Set up a second step")),
        "form": form,
        "secret": second_step.in_base32(secret),
        "must_have": second_step.is_asked_of(user),
    }
    return TemplateResponse(request, "admin/second_step_set_up.html", context)


def qr_code(request: HttpRequest) -> HttpResponse:
    """Give the secret that is being set up as a picture for the app."""
    secret = second_step.secret_of(request)
    picture = io.BytesIO()
    code = segno.make(second_step.address_of(request.user, secret), error="m")
    code.save(picture, kind="svg", scale=5, border=4, light="#fff", svgclass=None, lineclass=None)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show new recovery codes the first time that the page is opened; nothing stores them."""
    found = shown_once.take(request) if request.method == "GET" else None
    address = request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    context = {
        **_page(request, _("Recovery codes")),
        "codes": [value for _name, value in (found or {}).get("shown", ())],
        "onward": address if is_ours else reverse("admin:sessions"),
    }
    return TemplateResponse(request, "admin/recovery_codes.html", context)


def sessions_page(request: HttpRequest) -> HttpResponse:
    """Show one's sessions and last log-ins, and end sessions; a dozen queries."""
    if request.method == "POST":
        return _end(request)
    user = cast(User, request.user)
    own = sessions.digest(request.session.session_key)
    context = {
        **_page(request, _("Your sign-in")),
        "device": second_step.device_of(user),
        "codes_left": RecoveryCode.objects.filter(user=user).count(),
        "must_have": second_step.is_asked_of(user),
        "sessions": [(row, log_ins.in_words(row.browser), row.pk == own) for row in sessions.of_user(user)],
        "log_ins": [
            (row, log_ins.in_words(row.browser))
            for row in LogIn.objects.filter(user=user).order_by("-at", "-pk")[:LOG_INS_SHOWN]
        ],
        "days": log_ins.KEPT.days,
    }
    return TemplateResponse(request, "admin/sessions.html", context)


def _end(request: HttpRequest) -> HttpResponse:
    rows, chosen = sessions.others(request), request.POST.get("end", "")
    if chosen != "others":
        rows = rows.filter(pk=chosen) if DIGEST.fullmatch(chosen) else rows.none()
    count, _rows = rows.delete()
    if count:
        messages.success(request, _("Sessions ended: %(count)d.") % {"count": count})
    else:
        messages.warning(request, _("There was no such session any more."))
    return HttpResponseRedirect(reverse("admin:sessions"))


def _page(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title}


def _goes_on_by(request: HttpRequest, outcome: Outcome) -> None:
    """Let this session go on as if it had begun so, under another key."""
    request.session.cycle_key()
    request.session[SIGNED_IN] = {**request.session.get(SIGNED_IN, {}), "by": str(outcome)}


def _lead_to_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    at = reverse("admin:recovery_codes")
    address = request.GET.get(REDIRECT_FIELD_NAME, "")
    response = HttpResponseRedirect(f"{at}?{urlencode({REDIRECT_FIELD_NAME: address})}" if address else at)
    shown_once.keep(request, response, at, [("", code) for code in codes])
    return response
