"""Credentials of tenants. A secret is never stored: only its HMAC under a pepper is."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from oauth2_provider.models import AbstractApplication

from apps.api_keys import scopes, secrets
from apps.tenants.models import Tenant


class Kind(models.TextChoices):
    """What a key opens. The value is the part of the secret after `gaz_`."""

    PRIVATE = "sk", "private"
    PUBLIC = "pk", "public"


def all_scopes() -> list[str]:
    """Return every scope, the default of a private key."""
    return list(scopes.SCOPES)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """The questions this project asks about keys."""

    def issue(self, tenant: Tenant, kind: Kind, **fields: Any) -> tuple["ApiKey", str]:
        """Store a new key of `tenant` and return it with its secret, which cannot be had again."""
        secret = secrets.generate(kind)
        pepper_id = secrets.newest_pepper_id()
        key = self.create(
            tenant=tenant,
            kind=kind,
            key_id=secret.key_id,
            last_four=secret.text[-4:],
            pepper_id=pepper_id,
            digest=secrets.digest(secret.text, pepper_id),
            **fields,
        )
        return key, secret.text

    def usable(self, at: datetime | None = None) -> Self:
        """Return the keys that are neither revoked nor expired, of tenants that are enabled."""
        at = at or timezone.now()
        return self.filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=at), revoked_at=None, tenant__is_enabled=True
        )

    def revoke(self, at: datetime | None = None) -> int:
        """Revoke the keys that are not revoked yet and return how many there were; one query."""
        return self.filter(revoked_at=None).update(revoked_at=at or timezone.now())


class ApiKey(models.Model):
    """A private or public key of a tenant."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="api_keys")
    kind = models.CharField(max_length=2, choices=Kind.choices, default=Kind.PRIVATE)
    label = models.CharField(max_length=100, blank=True, help_text="What it is for, in your own words.")
    key_id = models.CharField("key id", max_length=11, unique=True, editable=False)
    last_four = models.CharField(max_length=4, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    pepper_id = models.PositiveSmallIntegerField(editable=False)
    scopes = models.JSONField(default=all_scopes, blank=True)
    origins = models.JSONField(
        default=list,
        blank=True,
        help_text='Public keys: origins it may be sent from, as in ["https://*.shop.example"].',
    )
    networks = models.JSONField(
        default=list, blank=True, help_text='Networks it may be used from, as in ["192.0.2.0/24"]. Empty: any.'
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: never.")
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} key {self.key_id} …{self.last_four}"


class OAuthClient(AbstractApplication):  # type: ignore[misc]
    """An OAuth2 client of a tenant; client credentials are its only grant."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="oauth_clients")
    scopes = models.JSONField(default=all_scopes, blank=True)
    is_enabled = models.BooleanField("enabled", default=True)

    class Meta(AbstractApplication.Meta):  # type: ignore[misc]
        verbose_name = "OAuth2 client"

    def __str__(self) -> str:
        return f"OAuth2 client {self.client_id}"
