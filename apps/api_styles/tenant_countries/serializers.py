"""Our rows as the tenant API lists them, countries, regions and subdivisions alike, and under its names."""

from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple, TypedDict

import orjson
from django.conf import settings

from apps.api.languages import canonical
from apps.api_keys.anonymous import ACCESS_SECONDS, RENEWAL_SECONDS, AnonymousSession
from apps.api_keys.oauth import IssuedToken
from apps.api_styles.tenant_countries.errors import ErrorBody
from apps.geography.models.moments import Moment
from apps.geography.models.names import NamedQuerySet
from apps.tenants.models import Tenant

TENANT_SCOPE = "tenant="
LANGUAGE_NAMES = dict(settings.LANGUAGES)


class Record(NamedTuple):
    """What the tenant has of one country, region or subdivision."""

    code: str
    active: bool
    version: int
    created_at: str
    modified_at: str


def fetch(queryset: NamedQuerySet[Any]) -> list[Record]:
    """Return the rows of a queryset of `assigned_to`; one query."""
    rows = queryset.untranslated().order_by().annotate(created=Moment("assigned_at"), modified=Moment("switched_at"))
    return [
        Record(code, bool(active), version, _in_milliseconds(created), _in_milliseconds(modified))
        for code, active, version, created, modified in rows.values_list(
            "code", "active", "version", "created", "modified"
        )
    ]


def _in_milliseconds(moment: str) -> str:
    """Return `2022-03-31T13:18:02.379Z` of the same time with six decimals."""
    return f"{moment[:23]}Z"


class Metadata(TypedDict):
    """When something became the tenant's, when it was switched last, and how often."""

    createdAt: str
    modifiedAt: str
    version: int


class Region(TypedDict):
    """A region. `name`: by language tag."""

    code: str
    name: Mapping[str, str]
    metadata: Metadata


class Switched(Region):
    """What the tenant switches on and off: a subdivision."""

    active: bool


class Country(Switched):
    """A country, with the codes of its regions."""

    regions: Sequence[str]


Item = Region | Switched | Country


class Done(TypedDict):
    """What one item of a bulk change came to when it was done."""

    index: int
    id: str
    status: str
    code: int


class Failed(ErrorBody):
    """What it came to when it failed."""

    index: int
    id: str


class Configuration(TypedDict):
    """A configuration. `value`: JSON in a string."""

    key: str
    secured: bool
    value: str
    version: int


class Token(TypedDict):
    """An access token."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class Session(Token):
    """An anonymous session, under the names that storefronts read; both times are in seconds."""

    refresh_token: str
    refresh_token_expires_in: int
    sessionId: str


def country(record: Record, name: Mapping[str, str], regions: Sequence[str]) -> Country:
    """Return a country."""
    return {
        "code": record.code,
        "name": name,
        "regions": regions,
        "active": record.active,
        "metadata": metadata(record),
    }


def subdivision(record: Record, name: Mapping[str, str]) -> Switched:
    """Return a subdivision."""
    return {"code": record.code, "name": name, "active": record.active, "metadata": metadata(record)}


def region(record: Record, name: Mapping[str, str]) -> Region:
    """Return a region."""
    return {"code": record.code, "name": name, "metadata": metadata(record)}


def metadata(record: Record) -> Metadata:
    """Return what the tenant has of something, besides whether it is active."""
    return {"createdAt": record.created_at, "modifiedAt": record.modified_at, "version": record.version}


def result(index: int, code: str, failure: ErrorBody | None) -> Done | Failed:
    """Return one result of a bulk change; `failure`: None after success."""
    if failure is not None:
        return {"index": index, "id": code, **failure}
    done = HTTPStatus.NO_CONTENT
    return {"index": index, "id": code, "status": done.phrase, "code": done.value}


def project_languages(tenant: Tenant) -> Configuration:
    """Return the configuration `project_lang`."""
    languages = [
        {
            "id": canonical(language),
            "label": str(LANGUAGE_NAMES[language]),
            "default": language == tenant.default_language,
            "required": language == tenant.default_language,
        }
        for language in tenant.languages
    ]
    return {"key": "project_lang", "secured": False, "value": orjson.dumps(languages).decode(), "version": 1}


def token(issued: IssuedToken, asked: Collection[str]) -> Token:
    """Return the body of the token endpoint, whose last scope names the tenant.

    It does not where other scopes alone were `asked` for: OAuth2 libraries refuse a scope that nobody asked for.
    """
    is_expected = not asked or any(scope.startswith(TENANT_SCOPE) for scope in asked)
    scopes = [*issued.scopes, f"{TENANT_SCOPE}{issued.tenant_code}"] if is_expected else issued.scopes
    return {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": " ".join(scopes),
    }


def anonymous(session: AnonymousSession) -> Session:
    """Return an anonymous session."""
    return {
        "token_type": "Bearer",
        "access_token": session.access_token,
        "expires_in": ACCESS_SECONDS,
        "refresh_token": session.renewal,
        "refresh_token_expires_in": RENEWAL_SECONDS,
        "sessionId": session.session_id,
        "scope": f"{TENANT_SCOPE}{session.tenant_code}",
    }
