"""From a secret to the caller that holds it."""

from dataclasses import dataclass

from apps.api_keys import secrets
from apps.api_keys.models import ApiKey, Kind
from apps.tenants.models import Tenant


class InvalidCredential(Exception):
    """The secret opens nothing. `is_expired`: it did once, and its time has run out."""

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

    @property
    def is_public(self) -> bool:
        """Whether the credential is a public key, which may be seen by anyone."""
        return self.kind == Kind.PUBLIC


def authenticate(secret: str) -> Caller:
    """Return the caller that holds `secret`; raises InvalidCredential. A malformed one costs no query."""
    parsed = secrets.parse(secret)
    if parsed is None:
        raise InvalidCredential
    digests = [secrets.digest(secret, pepper_id) for pepper_id in secrets.pepper_ids()]
    key = ApiKey.objects.usable().select_related("tenant__plan").filter(digest__in=digests).first()
    if key is None:
        raise InvalidCredential
    return Caller(key.tenant, key.kind, key.key_id, frozenset(key.scopes), tuple(key.origins))
