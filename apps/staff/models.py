"""Sessions of staff, their log-ins, and the codes that open the door when the phone is lost."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.staff import seals

# Of the name that a browser gives itself.
LONGEST_BROWSER = 300


class StaffSession(AbstractBaseSession):
    """A session under the digest of its key, so that whoever reads the table has none of them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True)
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=100, blank=True)
    browser = models.CharField(max_length=LONGEST_BROWSER, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return how sessions are kept."""
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


class Outcome(models.TextChoices):
    """How a log-in went."""

    PASSWORD = "password", _("Logged in by password")
    CODE = "code", _("Logged in by password and code")
    RECOVERY = "recovery", _("Logged in by password and recovery code")
    WRONG_PASSWORD = "wrong-password", _("Wrong password")
    WRONG_CODE = "wrong-code", _("Right password, wrong code")
    LOCKED = "locked", _("Locked out after too many wrong ones")


class LogIn(models.Model):
    """A log-in of somebody whom there is, and how it went."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    address = models.CharField(max_length=100, blank=True)
    browser = models.CharField(max_length=LONGEST_BROWSER, blank=True)

    class Meta:
        verbose_name = _("log-in")
        verbose_name_plural = _("log-ins")
        indexes: ClassVar = [models.Index(fields=["user", "-at"], name="log_ins_of_user")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}, {self.get_outcome_display()}"


class RecoveryCode(models.Model):
    """The digest of a code that stands in for the device, once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_of_user")]

    def __str__(self) -> str:
        return f"Recovery code of {self.user_id}"


class Device(TOTPDevice):  # type: ignore[misc]
    """An app that shows codes; `key` is stored sealed, so that whoever reads the table can compute none."""

    class Meta:
        proxy = True
        default_permissions = ()

    @property
    def bin_key(self) -> bytes:
        """The secret itself; raises Unreadable."""
        return seals.opened(self.key, self.user_id)
