"""Credentials of tenants. A secret is never stored: only its HMAC under a pepper is."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from oauth2_provider.models import AbstractApplication

from apps.api_keys import scopes, secrets
from apps.api_keys.peppers.hashers import PepperedHMAC
from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.tenants.models import Tenant
from apps.tenants.origins import validate_origins


class Kind(models.TextChoices):
    """What a key opens. The value is the part of the secret after `gaz_`."""

    PRIVATE = "sk", "private"
    PUBLIC = "pk", "public"


def all_scopes() -> list[str]:
    """Return every scope, the default of a private key."""
    return list(scopes.SCOPES)


def validate_scopes(value: Any) -> None:
    """Refuse anything but a list of scopes that exist."""
    if not isinstance(value, list) or not all(isinstance(scope, str) and scope in scopes.SCOPES for scope in value):
        raise ValidationError(
            gettext("Give a list of scopes out of: {scopes}.").format(scopes=", ".join(scopes.SCOPES))
        )


def validate_networks(value: Any) -> None:
    """Refuse anything but a list of IP networks in CIDR notation."""
    try:
        for network in value:
            ip_network(str(network))
    except (TypeError, ValueError):
        raise ValidationError(gettext("Give a list of networks such as 192.0.2.0/24 or 2001:db8::/32.")) from None


def _update(rows: models.QuerySet[Any], by: Author | None, **values: Any) -> int:
    """Update rows, for the history where somebody is known to do so."""
    return rows.update(**values) if by is None else audit.update(by, rows, **values)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """The questions this project asks about keys."""

    @transaction.atomic
    def issue(self, tenant: Tenant, kind: Kind, *, by: Author | None = None, **fields: Any) -> tuple["ApiKey", str]:
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
        if by is not None:
            audit.added(by, key, tenant=tenant.code)
        return key, secret.text

    def unrevoked(self) -> Self:
        """Return the keys that are not revoked, of tenants that are enabled."""
        return self.filter(revoked_at=None, tenant__is_enabled=True)

    def usable(self, at: datetime | None = None) -> Self:
        """Return the keys that are neither revoked nor expired, of tenants that are enabled."""
        at = at or timezone.now()
        return self.unrevoked().filter(models.Q(expires_at=None) | models.Q(expires_at__gt=at))

    def revoke(self, at: datetime | None = None, *, by: Author | None = None) -> int:
        """Revoke the keys that are not revoked yet and return how many there were."""
        return _update(self.filter(revoked_at=None), by, revoked_at=at or timezone.now())

    def under_old_pepper(self) -> Self:
        """Return the keys that die with the pepper before the newest: roll them before it goes."""
        return self.exclude(pepper_id=secrets.newest_pepper_id())

    def under_pepper(self, pepper_id: int) -> Self:
        """Return the keys that die with this pepper."""
        return self.filter(pepper_id=pepper_id)


class ApiKey(models.Model):
    """A private or public key of a tenant."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="api_keys")
    kind = models.CharField(max_length=2, choices=Kind.choices, default=Kind.PRIVATE)
    label = models.CharField(max_length=100, blank=True, help_text="What it is for, in your own words.")
    key_id = models.CharField("key id", max_length=11, unique=True, editable=False)
    last_four = models.CharField(max_length=4, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    pepper_id = models.PositiveSmallIntegerField(editable=False)
    scopes = models.JSONField(default=all_scopes, blank=True, validators=[validate_scopes])
    origins = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_origins],
        help_text='Public keys: origins it may be sent from, as in ["https://*.shop.example"].',
    )
    networks = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_networks],
        help_text='Networks it may be used from, as in ["192.0.2.0/24"]. Empty: any.',
    )
    requests_per_minute = models.PositiveIntegerField(
        null=True, blank=True, help_text="Its own limit, besides its plan's. Empty: the plan's alone."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: never.")
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.key_id} …{self.last_four}"

    def has_expired(self, at: datetime) -> bool:
        """Return whether its time has run out at a moment."""
        return self.expires_at is not None and self.expires_at <= at

    @transaction.atomic
    def roll(
        self, overlap: timedelta = timedelta(0), at: datetime | None = None, *, by: Author | None = None
    ) -> tuple["ApiKey", str]:
        """Issue a key like this one and return it with its secret; this one works for `overlap` longer.

        Raises ValueError for a key that works no longer: its successor would not, either.
        """
        at = at or timezone.now()
        if self.revoked_at is not None:
            raise ValueError(f"{self} is revoked.")
        if self.has_expired(at):
            raise ValueError(f"{self} has expired; issue another one.")
        end = at + overlap
        successor = ApiKey.objects.issue(
            self.tenant,
            Kind(self.kind),
            by=by,
            label=self.label,
            scopes=self.scopes,
            origins=self.origins,
            networks=self.networks,
            requests_per_minute=self.requests_per_minute,
            expires_at=self.expires_at,
        )
        if self.expires_at is None or self.expires_at > end:
            before, self.expires_at = self.expires_at, end
            self.save(update_fields=["expires_at"])
            if by is not None:
                note = f"Rolled: {successor[0]} follows it"
                audit.changed(by, self, {"expires_at": (before, end)}, tenant=self.tenant.code, note=note)
        return successor


class OAuthClientQuerySet(models.QuerySet["OAuthClient"]):
    """The questions this project asks about OAuth2 clients."""

    @transaction.atomic
    def issue(
        self, tenant: Tenant, name: str, scopes: list[str] | None = None, *, by: Author | None = None, **fields: Any
    ) -> tuple["OAuthClient", str]:
        """Store a new client of `tenant` and return it with its secret, which cannot be had again."""
        secret = secrets.generate("cs").text
        client = self.create(
            tenant=tenant,
            name=name,
            scopes=all_scopes() if scopes is None else scopes,
            client_type=OAuthClient.CLIENT_CONFIDENTIAL,
            authorization_grant_type=OAuthClient.GRANT_CLIENT_CREDENTIALS,
            client_secret=secret,
            last_four=secret[-4:],
            **fields,
        )
        if by is not None:
            audit.added(by, client, tenant=tenant.code)
        return client, secret

    def usable(self) -> Self:
        """Return the clients that are enabled, of tenants that are enabled."""
        return self.filter(is_enabled=True, tenant__is_enabled=True)

    def revoke(self, *, by: Author | None = None) -> int:
        """Disable the clients, and with them their tokens; returns how many were enabled."""
        return _update(self.filter(is_enabled=True), by, is_enabled=False)

    def under_old_pepper(self) -> Self:
        """Return the clients whose secret dies with the pepper before the newest: roll them before it goes."""
        return self.exclude(client_secret__startswith=f"{PepperedHMAC.algorithm}${secrets.newest_pepper_id()}$")

    def under_pepper(self, pepper_id: int) -> Self:
        """Return the clients of whose secrets one dies with this pepper: the current, or one that still works."""
        stem = f"{PepperedHMAC.algorithm}${pepper_id}$"
        former = models.Q(previous_secret__startswith=stem, previous_secret_expires_at__gt=timezone.now())
        return self.filter(models.Q(client_secret__startswith=stem) | former)


class OAuthClient(AbstractApplication):  # type: ignore[misc]
    """An OAuth2 client of a tenant; client credentials are its only grant."""

    client_secret: str
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="oauth_clients")
    scopes = models.JSONField(default=all_scopes, blank=True, validators=[validate_scopes])
    requests_per_minute = models.PositiveIntegerField(
        null=True, blank=True, help_text="Its own limit, besides its plan's. Empty: the plan's alone."
    )
    is_enabled = models.BooleanField("enabled", default=True, help_text="Off: its tokens die at once.")
    last_four = models.CharField(max_length=4, blank=True, editable=False)
    previous_secret = models.CharField(max_length=255, blank=True, editable=False)
    previous_secret_expires_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OAuthClientQuerySet.as_manager()

    class Meta(AbstractApplication.Meta):  # type: ignore[misc]
        verbose_name = "OAuth2 client"

    def __str__(self) -> str:
        return f"{self.name} {self.client_id}".strip()

    def accepts(self, secret: str, at: datetime | None = None) -> bool:
        """Return whether `secret` is the client's, or the previous one before its time has run out."""
        at = at or timezone.now()
        # Not `check_password`: it accepts a hash of any kind, and one without the pepper can be forged.
        hasher = PepperedHMAC()
        is_current = hasher.verify(secret, self.client_secret)
        is_previous = hasher.verify(secret, self.previous_secret or self.client_secret)
        overlaps = self.previous_secret_expires_at is not None and at < self.previous_secret_expires_at
        return is_current or (is_previous and overlaps)

    def move_to_newest_pepper(self, secret: str) -> None:
        """Store the client's current secret under the newest pepper; a query where it is under another one."""
        hasher, former = PepperedHMAC(), self.client_secret
        if hasher.verify(secret, former) and hasher.must_update(former):
            self.client_secret = hasher.encode(secret, "")
            OAuthClient.objects.filter(pk=self.pk, client_secret=former).update(client_secret=self.client_secret)

    @transaction.atomic
    def roll(
        self, overlap: timedelta = timedelta(0), at: datetime | None = None, *, by: Author | None = None
    ) -> tuple["OAuthClient", str]:
        """Store a new secret and return it with the client; the old one works for `overlap` longer."""
        at = at or timezone.now()
        secret = secrets.generate("cs").text
        self.previous_secret = self.client_secret
        before, self.previous_secret_expires_at = self.previous_secret_expires_at, at + overlap
        self.client_secret = secret
        self.last_four = secret[-4:]
        self.save(update_fields=["client_secret", "last_four", "previous_secret", "previous_secret_expires_at"])
        if by is not None:
            changes = {
                "client_secret": (None, None),
                "previous_secret_expires_at": (before, self.previous_secret_expires_at),
            }
            audit.changed(by, self, changes, tenant=self.tenant.code, note=gettext_noop("Rolled"))
        return self, secret


class CredentialUse(models.Model):
    """When a credential was last used, to the minute. A table of its own, so that it moves no revision."""

    credential_id = models.CharField(max_length=255, primary_key=True, help_text="A key id or a client id.")
    last_used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.credential_id} {self.last_used_at:%Y-%m-%d %H:%M}"


class RequestCountQuerySet(models.QuerySet["RequestCount"]):
    """The questions this project asks about how much has been asked."""

    def by_day(self, credential_id: str, days: int = 30) -> Sequence[Mapping[str, Any]]:
        """Return {day, requests, refused} of each day on which a credential was used, the last one first; one query."""
        since = timezone.now() - timedelta(days=days)
        rows = self.filter(credential_id=credential_id, hour__gte=since).order_by()
        by_day = rows.annotate(day=TruncDate("hour")).values("day")
        refused = models.Sum("number", filter=models.Q(status__gte=400), default=0)
        return list(by_day.annotate(requests=models.Sum("number"), refused=refused).order_by("-day"))

    def since(self, hours: int) -> Self:
        """Return the counts of the last hours."""
        return self.filter(hour__gte=timezone.now() - timedelta(hours=hours))

    def by_style(self, hours: int = 24) -> dict[str, dict[str, int]]:
        """Return the sums of the last hours by style and class of status, such as "2xx"; one query."""
        found: dict[str, dict[str, int]] = {}
        rows = self.since(hours).order_by()
        sums = rows.values_list("style", "status").annotate(number=models.Sum("number"))
        for style, status, number in sums.order_by("style", "status"):
            classes = found.setdefault(style, {})
            name = f"{status // 100}xx"
            classes[name] = classes.get(name, 0) + number
        return found


class RequestCount(models.Model):
    """How many requests of a style were answered so in an hour. Like uses, it moves no revision."""

    hour = models.DateTimeField(help_text="When it began.")
    style = models.CharField(max_length=40)
    status = models.PositiveSmallIntegerField()
    tenant = models.CharField(max_length=50, blank=True, help_text="Its code; empty: no tenant was known.")
    credential_id = models.CharField(max_length=255, blank=True, help_text="A key id or a client id; empty: none.")
    number = models.PositiveBigIntegerField()

    objects = RequestCountQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "count of requests", "requests"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hour", "style", "status", "tenant", "credential_id"], name="requests_counted_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["credential_id", "hour"], name="requests_of_credential")]

    def __str__(self) -> str:
        return f"{self.style} {self.status} {self.hour:%Y-%m-%d %H}: {self.number}"
