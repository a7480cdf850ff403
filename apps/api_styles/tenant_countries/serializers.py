"""Our rows under the names of the tenant API."""

from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings

from apps.api.languages import canonical
from apps.api.renderers import to_json
from apps.api_keys.anonymous import ACCESS_SECONDS, RENEWAL_SECONDS, AnonymousSession
from apps.api_keys.oauth import IssuedToken
from apps.api_styles.tenant_countries.records import Record
from apps.tenants.models import Tenant

TENANT_SCOPE = "tenant="
LANGUAGE_NAMES = dict(settings.LANGUAGES)


def country(record: Record, name: Mapping[str, str], regions: Sequence[str]) -> dict[str, Any]:
    """`{"code", "name": {lang: str}, "regions": [str], "active", "metadata"}`."""
    return {
        "code": record.code,
        "name": name,
        "regions": regions,
        "active": record.active,
        "metadata": metadata(record),
    }


def subdivision(record: Record, name: Mapping[str, str]) -> dict[str, Any]:
    """`{"code", "name": {lang: str}, "active", "metadata"}`."""
    return {"code": record.code, "name": name, "active": record.active, "metadata": metadata(record)}


def region(record: Record, name: Mapping[str, str]) -> dict[str, Any]:
    """`{"code", "name": {lang: str}, "metadata"}`."""
    return {"code": record.code, "name": name, "metadata": metadata(record)}


def metadata(record: Record) -> dict[str, Any]:
    """`{"createdAt", "modifiedAt", "version"}`."""
    return {"createdAt": record.created_at, "modifiedAt": record.modified_at, "version": record.version}


def result(index: int, code: str, failure: Mapping[str, Any] | None) -> dict[str, Any]:
    """One result of a bulk change; `failure` is the error body, None after success."""
    done = {"status": HTTPStatus.NO_CONTENT.phrase, "code": HTTPStatus.NO_CONTENT.value}
    return {"index": index, "id": code, **(failure or done)}


def project_languages(tenant: Tenant) -> dict[str, Any]:
    """Return the configuration `project_lang`; its value is JSON in a string."""
    languages = [
        {
            "id": canonical(language),
            "label": str(LANGUAGE_NAMES[language]),
            "default": language == tenant.default_language,
            "required": language == tenant.default_language,
        }
        for language in tenant.languages
    ]
    return {"key": "project_lang", "secured": False, "value": to_json(languages).decode(), "version": 1}


def token(issued: IssuedToken, asked: Collection[str]) -> dict[str, Any]:
    """`{"access_token", "token_type", "expires_in", "scope"}`; the last scope names the tenant.

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


def anonymous(session: AnonymousSession) -> dict[str, Any]:
    """Return a session under the names that storefronts read; both times are in seconds."""
    return {
        "token_type": "Bearer",
        "access_token": session.access_token,
        "expires_in": ACCESS_SECONDS,
        "refresh_token": session.renewal,
        "refresh_token_expires_in": RENEWAL_SECONDS,
        "sessionId": session.session_id,
        "scope": f"{TENANT_SCOPE}{session.tenant_code}",
    }
