"""What staff are asked for at sign-in: codes, and the password again."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AdminPasswordChangeForm, SetUnusablePasswordMixin
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.back_office.sealing import Unreadable
from apps.staff.models import Outcome
from apps.staff.sign_in import second_step


class ColleaguesPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """Django's form for the password of another, whose warning is in English alone."""

    usable_password_help_text: Any = format_lazy(
        '{}<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        SetUnusablePasswordMixin.usable_password_help_text,
        _("If disabled, the current password for this user will be lost."),
    )


class CodeInput(forms.TextInput):
    """A box for a code, which is empty again after a wrong one."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(attrs={"autocomplete": "one-time-code", "spellcheck": "false", **attributes})

    def format_value(self, value: Any) -> str | None:
        """Return nothing."""
        return None


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=CodeInput(autofocus=True),
        help_text=_("The six digits that your app shows now, or one of your recovery codes."),
    )

    def __init__(self, request: HttpRequest, *args: Any, **named: Any) -> None:
        self.request = request
        self.user = second_step.who_waits(request)
        super().__init__(*args, **named)

    def clean_code(self) -> str:
        """Check the code; too many wrong ones lock out as wrong passwords do."""
        code = str(self.cleaned_data["code"])
        if self.user is None:
            raise forms.ValidationError(_("That was too late: log in again."))
        credentials: dict[str, Any] = {"username": self.user.get_username()}
        if not AxesProxyHandler.is_allowed(self.request, credentials):
            self.request.axes_locked_out = True  # type: ignore[attr-defined]
            raise forms.ValidationError(_("You are locked out."))
        try:
            outcome = second_step.check(self.user, code)
        except Unreadable:
            raise forms.ValidationError(
                _(
                    "Codes of your app cannot be checked. Use a recovery code, or ask an administrator to reset your "
                    "second step."
                )
            ) from None
        if outcome == Outcome.WRONG_CODE:
            user_login_failed.send(type(self), credentials=credentials, request=self.request, outcome=outcome)
            raise forms.ValidationError(
                _("That is no code, or it was used already, or came too soon after a wrong one. Wait for the next.")
            )
        self.user.signed_in_by = outcome
        return code

    def get_user(self) -> Any:
        """Return who has given the code."""
        return self.user


class PasswordForm(forms.Form):
    """The password again, as whoever sits at an open screen does not know it."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **named: Any) -> None:
        self.request = request
        super().__init__(*args, **named)

    def clean_password(self) -> str:
        """Check it; wrong ones count as those of a log-in do."""
        password = str(self.cleaned_data["password"])
        if authenticate(self.request, username=self.request.user.get_username(), password=password) is None:
            raise forms.ValidationError(_("That is not your password."))
        return password


class SetUpForm(PasswordForm):
    """The first code of a new device, by whoever knows the password: a stranger's device would keep its owner out."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=CodeInput(inputmode="numeric"),
        help_text=_("The six digits that your app shows now."),
    )
