"""From a secret to the caller that holds it."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from threading import Lock

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.api_keys import oauth, secrets
from apps.api_keys.models import ApiKey, Kind
from apps.tenants import revisions
from apps.tenants.models import Tenant

Networks = tuple[IPv4Network | IPv6Network, ...]


class InvalidCredential(Exception):  # noqa: N818
    """The secret opens nothing. `is_expired`: an access token whose time has run out."""

    def __init__(self, *, is_expired: bool = False) -> None:
        super().__init__("expired" if is_expired else "invalid")
        self.is_expired = is_expired


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. `tenant` comes with its plan; `kind` is sk, pk or at (an OAuth2 access token)."""

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
class _Entry:
    caller: Caller
    expires_at: datetime | None
    digest: str
    revision: int


class _Remembered:
    """The credentials this process has seen, most recently used last; each holds for one revision only."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str, revision: int) -> _Entry | None:
        with self._lock:
            entry = self._entries.get(digest)
            if entry is None or entry.revision != revision:
                return None
            self._entries.move_to_end(digest)
            return entry

    def put(self, entry: _Entry) -> None:
        with self._lock:
            self._entries[entry.digest] = entry
            self._entries.move_to_end(entry.digest)
            if len(self._entries) > self.size:
                self._entries.popitem(last=False)


_remembered = _Remembered(size=10_000)


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
    revision = revisions.current("credentials")["credentials"]
    return recall(secret, revision, at or timezone.now())


@sensitive_variables()
def recall(secret: str, revision: int, at: datetime) -> Caller:
    """Return the caller that holds the well-formed `secret` as of `revision`, from memory or with one query."""
    digest = secrets.digest(secret, secrets.newest_pepper_id())
    entry = _remembered.get(digest, revision)
    if entry is None:
        entry = _load(secret, digest, revision)
        _remembered.put(entry)
    if entry.expires_at is not None and at >= entry.expires_at:
        raise InvalidCredential(is_expired=entry.caller.kind == "at")
    return entry.caller


def _load(secret: str, digest: str, revision: int) -> _Entry:
    if secret.startswith("gaz_at_"):
        token = oauth.find_token(secret)
        if token is None:
            raise InvalidCredential
        client = token.application
        scopes = frozenset(token.scope.split()) & frozenset(client.scopes)
        caller = Caller(client.tenant, "at", client.client_id, scopes, requests_per_minute=client.requests_per_minute)
        return _Entry(caller, token.expires, digest, revision)
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
    return _Entry(caller, key.expires_at, digest, revision)
