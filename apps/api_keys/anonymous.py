"""Anonymous log-ins of storefronts: tokens that read for an hour, for who names a client of a tenant that allows it.

The token is an access token of that client in the toolkit's own table, marked by a scope that no client holds. What
renews it is signed and stored nowhere: who is refused a log-in is refused a renewal, too.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from django.core import signing
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from oauth2_provider.models import AccessToken

from apps.api_keys import oauth, secrets
from apps.api_keys.models import OAuthClient
from apps.api_keys.scopes import ANONYMOUS
from apps.tenants.models import Tenant

ACCESS_SECONDS = 60 * 60
RENEWAL_SECONDS = 24 * 60 * 60
SALT = "apps.api_keys.anonymous"


class AnonymousRefused(Exception):  # noqa: N818
    """No tenant that allows anonymous log-in has this code and a client of this id, or the renewal is not one of it."""


@dataclass(frozen=True, slots=True)
class AnonymousSession:
    """What a storefront gets. The session id stays the same over renewals."""

    tenant_code: str
    session_id: str
    access_token: str = field(repr=False)
    renewal: str = field(repr=False)


def tenant_of(code: str) -> Tenant | None:
    """Return the tenant of this code where it allows anonymous log-in; one query."""
    return Tenant.objects.filter(code=code, is_enabled=True, allows_anonymous=True).first()


def log_in(tenant: Tenant, client_id: str) -> AnonymousSession:
    """Begin a session; raises AnonymousRefused for a client that is not the tenant's or is disabled."""
    return _issue(tenant, client_id, str(uuid4()))


@sensitive_variables("renewal")
def renew(tenant: Tenant, client_id: str, renewal: str) -> AnonymousSession:
    """Go on with a session; raises AnonymousRefused for a renewal that is not of this client, or has run out."""
    try:
        holder, session_id = signing.loads(renewal, salt=SALT, max_age=RENEWAL_SECONDS)
    except (signing.BadSignature, ValueError) as error:
        raise AnonymousRefused from error
    if holder != [tenant.pk, client_id]:
        raise AnonymousRefused
    return _issue(tenant, client_id, session_id)


def _issue(tenant: Tenant, client_id: str, session_id: str) -> AnonymousSession:
    client = OAuthClient.objects.usable().filter(tenant=tenant, client_id=client_id).first()
    if client is None:
        raise AnonymousRefused
    secret = secrets.generate("at").text
    token = AccessToken(application=client, expires=timezone.now() + timedelta(seconds=ACCESS_SECONDS), scope=ANONYMOUS)
    oauth.put_secret(token, secret)
    token.save()
    renewal = signing.dumps([[tenant.pk, client_id], session_id], salt=SALT)
    return AnonymousSession(tenant.code, session_id, secret, renewal)
