"""Webhooks of tenants, the message that each has under way, and what became of the last ones."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.geography.changes import feed
from apps.geography.changes.since import parsed
from apps.geography.models.search import Kind
from apps.tenants.models import Tenant
from apps.webhooks import addresses, secrets

TYPES = [kind.label for kind in Kind]


def all_types() -> list[str]:
    """Return the places of which a webhook tells that chooses none."""
    return list(TYPES)


def validate_types(types: object) -> None:
    """Refuse what is no list of kinds of places."""
    if not isinstance(types, list) or not types or set(types) - set(TYPES):
        raise ValidationError(gettext("Choose at least one of: {types}.").format(types=", ".join(TYPES)))


class Outcome(models.TextChoices):
    """What became of a message that was sent."""

    DELIVERED = "delivered", _("Delivered")
    ANSWERED = "answered", _("Answered, but not with 2xx")
    GONE = "gone", _("Answered 410: the receiver is gone")
    TIMEOUT = "timeout", _("No answer in time")
    UNREACHABLE = "unreachable", _("Could not be reached")
    CERTIFICATE = "certificate", _("Its certificate is not valid")
    REFUSED = "refused", _("Not sent: its address is of a private network")
    UNREADABLE = "unreadable", _("Not sent: the secret cannot be read, roll it")


class OffBecause(models.TextChoices):
    """Why nothing is sent."""

    STAFF = "staff", _("Switched off by staff")
    GONE = "gone", _("The receiver answered 410: it is gone")
    FAILING = "failing", _("Nothing could be delivered for five days")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """The questions this project asks about webhooks."""

    @transaction.atomic
    def issue(self, tenant: Tenant, url: str, *, by: Author | None = None, **fields: object) -> tuple["Webhook", str]:
        """Store a webhook that tells what changes from now on, and return it with its secret, which is shown once."""
        secret = secrets.generate()
        position = feed.beginning(tenant).next.token(tenant)
        webhook = self.create(tenant=tenant, url=url, secret=secrets.sealed(secret), position=position, **fields)
        if by is not None:
            audit.added(by, webhook, tenant=tenant.code)
        return webhook, secret

    def due(self, at: datetime) -> "WebhookQuerySet":
        """Return those that may have something to send, and that nobody is at work on."""
        free = models.Q(leased_until=None) | models.Q(leased_until__lte=at)
        is_due = models.Q(due_at=None) | models.Q(due_at__lte=at)
        return self.filter(free, is_due, off_because="", tenant__is_enabled=True)

    def broken(self) -> "WebhookQuerySet":
        """Return those that were switched off since their receivers took nothing."""
        return self.filter(off_because__in=[OffBecause.GONE, OffBecause.FAILING])


class Webhook(models.Model):
    """A receiver of what changes of what a tenant shows, as /api/changes tells it."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField("URL", max_length=500, validators=[addresses.validate_url])
    label = models.CharField(max_length=100, blank=True, help_text="What it is for, in your own words.")
    types = models.JSONField(default=all_types, validators=[validate_types])
    off_because = models.CharField(max_length=10, choices=OffBecause.choices, blank=True, editable=False)
    position = models.CharField(max_length=200, editable=False)
    secret = models.CharField(max_length=300, editable=False)
    previous_secret = models.CharField(max_length=300, blank=True, editable=False)
    previous_secret_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    # For metrics: of the attempts only the last ones are kept.
    delivered = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    failed = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    lease = models.CharField(max_length=32, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["tenant", "pk"]

    def __str__(self) -> str:
        # Paths and queries of such URLs may be secrets.
        return f"Webhook {self.pk}"

    def is_behind(self, number: int) -> bool:
        """Return whether it has not looked yet at what was written at a revision of the data."""
        try:
            return parsed(self.position, self.tenant, timezone.now()).data < number
        except ValueError:
            return True

    def keys(self, at: datetime) -> list[str]:
        """Return the secrets that sign now, the newest first; raises Unreadable."""
        found = [secrets.opened(self.secret)]
        if self.previous_secret_expires_at and self.previous_secret_expires_at > at:
            found.append(secrets.opened(self.previous_secret))
        return found

    @transaction.atomic
    def roll(self, overlap: timedelta, *, by: Author | None = None) -> tuple["Webhook", str]:
        """Store a new secret and return it; messages are signed with the old one, too, for `overlap` longer."""
        secret = secrets.generate()
        before, self.previous_secret_expires_at = self.previous_secret_expires_at, timezone.now() + overlap
        self.previous_secret, self.secret = self.secret, secrets.sealed(secret)
        self.save(update_fields=["secret", "previous_secret", "previous_secret_expires_at"])
        if by is not None:
            changes = {"secret": (None, None), "previous_secret_expires_at": (before, self.previous_secret_expires_at)}
            audit.changed(by, self, changes, tenant=self.tenant.code, note=gettext_noop("Rolled"))
        return self, secret


class Message(models.Model):
    """What a webhook has under way: the same id and text until it is taken."""

    webhook = models.OneToOneField(Webhook, on_delete=models.CASCADE, related_name="message", editable=False)
    message_id = models.CharField(max_length=40, unique=True, editable=False)
    body = models.TextField(editable=False)
    # How far the webhook has told once it is taken.
    reaches = models.CharField(max_length=200, editable=False)

    def __str__(self) -> str:
        return self.message_id


class Attempt(models.Model):
    """A message that was sent, and what became of it."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="history", editable=False)
    message_id = models.CharField(max_length=40, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, editable=False)
    status = models.PositiveSmallIntegerField(null=True, editable=False)
    ms = models.PositiveIntegerField("ms", editable=False)
    detail = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        verbose_name = "delivery"
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.message_id} {self.outcome}"
