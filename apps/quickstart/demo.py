"""The demo that quickstart sets up: a tenant, its credentials, a staff login, and a call of each endpoint.

A style names its calls in its AppConfig (see `api.styles`). A `$name` there is a field of `Demo`.
"""

import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from string import Template

from django.contrib.auth.models import User
from django.db import transaction

from apps.api.styles import styles
from apps.api_keys.models import ApiKey, Kind, OAuthClient
from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.tenants.models import Plan, Tenant

BY = Author.of_command("quickstart")
NAME = "demo"
PLAN = "Everything"
# How the demo's credentials are told from those that a user has added to its tenant.
LABEL = "quickstart"
LANGUAGES = ["en", "de", "fr", "es", "it", "pl", "ja", "ar", "zh-hans"]
ORIGINS = ["http://localhost:*", "http://127.0.0.1:*"]


@dataclass(frozen=True, slots=True)
class Demo:
    """What a newcomer needs in order to call the service."""

    base_url: str
    tenant: str
    workspace_id: str
    x_version: str
    private_key: str = field(repr=False)
    public_key: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    admin_url: str
    admin_username: str
    admin_password: str = field(repr=False)


@transaction.atomic
def renew(base_url: str, *, requires_x_version: bool | None = None) -> Demo:
    """Return a demo with fresh credentials; those of earlier demos are revoked, the tenant's choices kept.

    requires_x_version: None leaves the tenant's switch as it is.
    """
    tenant = Tenant.objects.filter(code=NAME).first()
    if tenant is None:
        # Who tries how much the server can take meets no limit.
        plan = Plan.objects.filter(name=PLAN).first() or Plan(name=PLAN, requests_per_minute=None)
        audit.save(BY, plan)
        tenant = Tenant(code=NAME, name="Demo", plan=plan, languages=LANGUAGES, default_language="en")
    # A page that a newcomer serves from this machine may call with either kind of credential.
    tenant.origins = tenant.origins or ORIGINS
    if requires_x_version is not None:
        tenant.requires_x_version = requires_x_version
    audit.save(BY, tenant)
    ApiKey.objects.filter(tenant=tenant, label=LABEL).revoke(by=BY)
    OAuthClient.objects.filter(tenant=tenant, name=LABEL).revoke(by=BY)
    client, client_secret = OAuthClient.objects.issue(tenant, LABEL, by=BY)
    return Demo(
        base_url=base_url,
        tenant=tenant.code,
        workspace_id=tenant.workspace_id,
        x_version="required" if tenant.requires_x_version else "optional",
        private_key=ApiKey.objects.issue(tenant, Kind.PRIVATE, by=BY, label=LABEL)[1],
        public_key=ApiKey.objects.issue(tenant, Kind.PUBLIC, by=BY, label=LABEL, origins=ORIGINS)[1],
        client_id=client.client_id,
        client_secret=client_secret,
        admin_url=f"{base_url}/admin/",
        admin_username=NAME,
        admin_password=_renew_login(),
    )


def calls(demo: Demo) -> Iterator[tuple[str, str]]:
    """Yield (title, line for a POSIX shell) for each endpoint of each style."""
    values = asdict(demo)
    for style in styles():
        for example in style.examples:
            yield example.title, Template(example.line).substitute(values)


def _renew_login() -> str:
    password = secrets.token_hex(10)
    user = User.objects.filter(username=NAME).first() or User(username=NAME)
    user.is_staff = user.is_superuser = user.is_active = True
    user.set_password(password)
    audit.save(BY, user)
    return password
