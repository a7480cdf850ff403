"""OAuth2 client credentials (RFC 6749, section 4.4), by django-oauth-toolkit, without HTTP.

Access tokens are secrets of kind `at`, stored in the toolkit's own table. Two things are ours: what is stored is the
checksum of the token's HMAC, so that whoever can write to the database but lacks the pepper can forge none, and
the stored scope names the tenant, so that a token dies when its client moves to another one.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.views.decorators.debug import sensitive_variables
from oauth2_provider.models import AccessToken
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2 import BackendApplicationServer

from apps.api_keys import secrets
from apps.api_keys.models import OAuthClient
from apps.api_keys.peppers import moves


class InvalidClient(Exception):  # noqa: N818
    """No client has this id and this secret."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """An access token as its client gets it; `expires_in` is in seconds."""

    access_token: str
    expires_in: int
    scopes: list[str]
    tenant_code: str

    def __repr__(self) -> str:
        return f"IssuedToken(scopes={self.scopes})"


@sensitive_variables()
def issue_token(client_id: str, client_secret: str, scopes: list[str] | None = None) -> IssuedToken:
    """Return a new access token for a client; raises InvalidClient, in equal time whatever was wrong.

    No scopes asked: all of the client's. Those that it does not hold are dropped.
    """
    parameters = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
    }
    if scopes:
        parameters["scope"] = " ".join(scopes)
    validator = Validator()
    server = BackendApplicationServer(
        validator,
        token_generator=lambda request: secrets.generate("at").text,
        token_expires_in=oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS,
    )
    _, body, status = server.create_token_response("", body=parameters)
    if status != 200 or validator.client is None:
        raise InvalidClient
    token = json.loads(body)
    return IssuedToken(token["access_token"], token["expires_in"], token["scope"].split(), validator.client.tenant.code)


def stored_form(token: str, pepper_id: int) -> str:
    """Return what the toolkit hashes in place of the token: its HMAC."""
    return secrets.digest(token, pepper_id)


def find_token(token: str) -> AccessToken | None:
    """Return the stored access token, expired or not, where its client and tenant may still use it; one query."""
    checksums = [
        hashlib.sha256(stored_form(token, pepper_id).encode()).hexdigest() for pepper_id in secrets.pepper_ids()
    ]
    found = (
        AccessToken.objects.select_related("application__tenant__plan")
        .filter(token_checksum__in=checksums, application__in=OAuthClient.objects.usable())
        .first()
    )
    if found is None or _tenant_scope(found.application) not in found.scope.split():
        return None
    return found


def _tenant_scope(client: OAuthClient) -> str:
    return f"tenant={client.tenant_id}"


class Validator(OAuth2Validator):  # type: ignore[misc]
    """The toolkit's validator with our secrets, our scopes and our form of storage; for one request."""

    def __init__(self) -> None:
        super().__init__()
        self.client: OAuthClient | None = None

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Accept a usable client with its secret; an unknown one takes the same steps."""
        if not _is_plausible(request.client_id) or not _is_secret(request.client_secret):
            return False
        client = OAuthClient.objects.usable().select_related("tenant").filter(client_id=request.client_id).first()
        is_accepted = (client or _decoy()).accepts(request.client_secret)
        if client is None or not is_accepted:
            return False
        if moves.are_safe():
            client.move_to_newest_pepper(request.client_secret)
        self.client = request.client = client
        return True

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        """Return the client's own scopes."""
        return list(request.client.scopes)

    def validate_scopes(self, client_id: str, scopes: list[str], client: Any, request: Any, *args: Any) -> bool:
        """Drop the scopes that the client does not hold."""
        request.scopes = [scope for scope in dict.fromkeys(scopes) if scope in client.scopes]
        return True

    def _set_token_value(self, token_instance: AccessToken, raw_token: str) -> None:
        token_instance.scope = f"{token_instance.scope} {_tenant_scope(token_instance.application)}".strip()
        super()._set_token_value(token_instance, stored_form(raw_token, secrets.newest_pepper_id()))


@sensitive_variables("secret")
def put_secret(token: AccessToken, secret: str) -> None:
    """Make `secret` the value of an unsaved token, as the toolkit would."""
    Validator()._set_token_value(token, secret)


def _is_plausible(client_id: str | None) -> bool:
    return client_id is not None and client_id.isascii() and client_id.isprintable() and len(client_id) <= 255


def _is_secret(text: str | None) -> bool:
    parsed = secrets.parse(text or "")
    return parsed is not None and parsed[0] == "cs"


def _decoy() -> OAuthClient:
    """Return a client that accepts nothing and takes as long over it as a real one."""
    return OAuthClient(client_secret=f"gaz_hmac${secrets.newest_pepper_id()}${'0' * 64}")
