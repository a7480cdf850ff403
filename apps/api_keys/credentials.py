"""From a secret to the caller that holds it, and when that was last used.

Uses are noted while a request is answered and written when it has been. So are keys that move to another pepper (see
`moves`).
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from secrets import token_bytes
from threading import Lock
from time import monotonic
from typing import Any

from cachetools import LRUCache, TTLCache
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.api_keys import oauth, secrets
from apps.api_keys.models import ApiKey, CredentialUse, Kind
from apps.api_keys.peppers import moves
from apps.api_keys.peppers.moves import Move
from apps.api_keys.scopes import ANONYMOUS
from apps.revisions import numbers
from apps.revisions.numbers import Revisions
from apps.revisions.sqlite3.base import patience
from apps.tenants.models import Tenant

logger = logging.getLogger("gazetteer.api_keys")

# What is issued for a time and says so when it is over.
TOKENS = {"at", "anonymous"}
Networks = tuple[IPv4Network | IPv6Network, ...]


class InvalidCredential(Exception):  # noqa: N818
    """The secret opens nothing. `is_expired`: an access token whose time has run out."""

    def __init__(self, *, is_expired: bool = False) -> None:
        super().__init__()
        self.is_expired = is_expired


@dataclass(frozen=True)
class Caller:
    """Who is asking. `tenant` comes with its plan; `kind` is sk, pk, at (an OAuth2 access token) or anonymous."""

    tenant: Tenant
    kind: str
    credential_id: str
    scopes: frozenset[str]
    origins: tuple[str, ...] = ()
    networks: Networks = ()
    requests_per_minute: int | None = None

    @property
    def is_public(self) -> bool:
        """Whether the credential is a public key, which may be seen by anyone."""
        return self.kind == Kind.PUBLIC

    @cached_property
    def of_tenant(self) -> tuple[int | None, int | None]:
        """How many requests all of its tenant's credentials may make, in a minute and in a calendar month."""
        return self.tenant.limit_per_minute, self.tenant.limit_per_month

    @cached_property
    def is_limited(self) -> bool:
        """Whether its requests count against any limit."""
        return any(limit is not None for limit in (self.requests_per_minute, *self.of_tenant))

    @property
    def is_anonymous(self) -> bool:
        """Whether the credential is a token that nobody had to prove anything for."""
        return self.kind == "anonymous"

    def may_come_from(self, address: str) -> bool:
        """Return whether the credential may be used from this address."""
        if not self.networks:
            return True
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A caller as it was at one revision of the credentials."""

    caller: Caller
    expires_at: datetime | None
    revision: int

    def is_expired(self, at: datetime | None = None) -> bool:
        """Return whether the secret has run out, now or at another moment."""
        return self.expires_at is not None and (at or timezone.now()) >= self.expires_at


MAX_REMEMBERED = 10_000
# The credentials that this process has seen; each holds for one revision only.
_remembered: LRUCache[bytes, Remembered] = LRUCache(MAX_REMEMBERED)
_lock = Lock()
# Memory holds no secret and nothing that one could be compared with elsewhere.
_fingerprint_key = token_bytes(32)

# Who has only read does not wait for those who write, and tries again later.
PATIENCE_SECONDS = 0.1
REST_SECONDS = 1.0
# Credentials whose use was written within the interval.
recently_used: TTLCache[str, None] = TTLCache(MAX_REMEMBERED, ttl=settings.LAST_USED_INTERVAL_SECONDS or 0)
# Uses that are to be written.
unwritten_uses: dict[str, datetime] = {}
_writing = Lock()
_rests_until = 0.0


def _fingerprint(secret: str) -> bytes:
    return blake2b(secret.encode(), key=_fingerprint_key, digest_size=32).digest()


@sensitive_variables()
def authenticate(secret: str, at: datetime | None = None) -> Caller:
    """Return the caller that holds `secret`; raises InvalidCredential."""
    return identify(secret, at)[0]


@sensitive_variables()
def identify(secret: str, at: datetime | None = None) -> tuple[Caller, Revisions]:
    """Return the caller that holds `secret`, and the revisions at which it does; raises InvalidCredential.

    A malformed secret costs no query, one that this process knows costs the revisions', another one more. What does
    not exist is not remembered, so that nobody can fill the memory.
    """
    fingerprint = _fingerprint(secret)
    with _lock:
        entry = _remembered.get(fingerprint)
    if entry is None:
        parsed = secrets.parse(secret)
        if parsed is None or parsed[0] == "cs":
            raise InvalidCredential
    now = numbers.recent(entry.caller.tenant.pk if entry else None)
    if entry is None or entry.revision != now.credentials:
        # The revision was read before the row: what is remembered may be newer than its tag, never older.
        entry = _load(secret, now.credentials)
        with _lock:
            _remembered[fingerprint] = entry
        now = numbers.recent(entry.caller.tenant.pk)
    if entry.is_expired(at):
        raise InvalidCredential(is_expired=entry.caller.kind in TOKENS)
    return entry.caller, now


def _load(secret: str, revision: int) -> Remembered:
    if secret.startswith("gaz_at_"):
        token = oauth.find_token(secret)
        if token is None:
            raise InvalidCredential
        client = token.application
        asked = frozenset(token.scope.split())
        is_anonymous = ANONYMOUS in asked
        if is_anonymous and not client.tenant.allows_anonymous:
            raise InvalidCredential
        kind, scopes = ("anonymous", frozenset()) if is_anonymous else ("at", asked & frozenset(client.scopes))
        caller = Caller(client.tenant, kind, client.client_id, scopes, requests_per_minute=client.requests_per_minute)
        return Remembered(caller, token.expires, revision)
    digests = [secrets.digest(secret, pepper_id) for pepper_id in secrets.pepper_ids()]
    key = ApiKey.objects.unrevoked().select_related("tenant__plan").filter(digest__in=digests).first()
    if key is None:
        raise InvalidCredential
    newest = secrets.newest_pepper_id()
    if key.pepper_id != newest:
        moves.note(key.pk, Move(key.digest, newest, digests[0]))
    caller = Caller(
        key.tenant,
        key.kind,
        key.key_id,
        frozenset(key.scopes),
        tuple(key.origins),
        tuple(ip_network(network) for network in key.networks),
        key.requests_per_minute,
    )
    return Remembered(caller, key.expires_at, revision)


def note_use(credential_id: str) -> None:
    """Remember that the credential is being used, unless that was written within the interval."""
    if settings.LAST_USED_INTERVAL_SECONDS is not None and credential_id not in recently_used:
        unwritten_uses[credential_id] = timezone.now()


def uses_are_due() -> bool:
    """Return whether there is something to write, and it is not too soon after a failure."""
    return bool(unwritten_uses) and monotonic() >= _rests_until


def write_uses(**kwargs: Any) -> None:
    """Write what was noted; a receiver of `request_finished`. Never fails: what is not written now is written later."""
    global _rests_until  # noqa: PLW0603
    if moves.pending:
        moves.write()
    if not uses_are_due():
        return
    with _writing:
        noted = dict(unwritten_uses)
        unwritten_uses.clear()
        recently_used.update(dict.fromkeys(noted))
    rows = [CredentialUse(credential_id=credential_id, last_used_at=at) for credential_id, at in noted.items()]
    try:
        with patience(PATIENCE_SECONDS), transaction.atomic():
            CredentialUse.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["credential_id"], update_fields=["last_used_at"]
            )
    except DatabaseError as error:
        _rests_until = monotonic() + REST_SECONDS
        for credential_id, at in noted.items():
            if len(unwritten_uses) < MAX_REMEMBERED:
                unwritten_uses.setdefault(credential_id, at)
        logger.warning("The last use of %d credentials was not recorded yet: %s", len(rows), type(error).__name__)
