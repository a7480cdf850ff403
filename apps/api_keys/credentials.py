"""From a secret to the caller that holds it."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from secrets import token_bytes
from threading import Lock

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.api_keys import oauth, secrets
from apps.api_keys.models import ApiKey, Kind
from apps.api_keys.scopes import ANONYMOUS
from apps.revisions import numbers
from apps.tenants.models import Tenant

# What is issued for a time and says so when it is over.
TOKENS = {"at", "anonymous"}
Networks = tuple[IPv4Network | IPv6Network, ...]


class InvalidCredential(Exception):  # noqa: N818
    """The secret opens nothing. `is_expired`: an access token whose time has run out."""

    def __init__(self, *, is_expired: bool = False) -> None:
        super().__init__()
        self.is_expired = is_expired


@dataclass(frozen=True, slots=True)
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


class _Memory:
    """The credentials this process has seen, most recently used last; each holds for one revision only."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._entries: OrderedDict[bytes, Remembered] = OrderedDict()
        self._lock = Lock()

    def get(self, fingerprint: bytes) -> Remembered | None:
        with self._lock:
            entry = self._entries.get(fingerprint)
            if entry is not None:
                self._entries.move_to_end(fingerprint)
            return entry

    def put(self, fingerprint: bytes, entry: Remembered) -> None:
        with self._lock:
            self._entries[fingerprint] = entry
            self._entries.move_to_end(fingerprint)
            if len(self._entries) > self.size:
                self._entries.popitem(last=False)


_memory = _Memory(size=10_000)
# Memory holds no secret and nothing that one could be compared with elsewhere.
_fingerprint_key = token_bytes(32)


def _fingerprint(secret: str) -> bytes:
    return blake2b(secret.encode(), key=_fingerprint_key, digest_size=32).digest()


@sensitive_variables()
def authenticate(secret: str, at: datetime | None = None) -> Caller:
    """Return the caller that holds `secret`; raises InvalidCredential.

    A malformed secret costs no query, one that this process knows costs the revision's, another one more. What does
    not exist is not remembered, so that nobody can fill the memory.
    """
    parsed = secrets.parse(secret)
    if parsed is None or parsed[0] == "cs":
        raise InvalidCredential
    # Before the row: what is remembered may be newer than its tag, never older.
    revision = numbers.recent(None).credentials
    return recall(secret, revision, at or timezone.now())


def remembered(secret: str) -> Remembered | None:
    """Return the caller that this process has last seen with `secret`; no query.

    It is the caller of now only where its revision is still the one of the credentials, and it has not expired.
    """
    return _memory.get(_fingerprint(secret))


@sensitive_variables()
def recall(secret: str, revision: int, at: datetime) -> Caller:
    """Return the caller that holds the well-formed `secret` as of `revision`, from memory or with one query."""
    entry = remembered(secret)
    if entry is None or entry.revision != revision:
        entry = _load(secret, revision)
        _memory.put(_fingerprint(secret), entry)
    if entry.is_expired(at):
        raise InvalidCredential(is_expired=entry.caller.kind in TOKENS)
    return entry.caller


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
