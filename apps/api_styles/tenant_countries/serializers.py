"""Our rows under the names of the tenant API."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings

from apps.api.languages import canonical
from apps.api.renderers import to_json
from apps.api_keys.oauth import IssuedToken
from apps.api_styles.tenant_countries.records import Record
from apps.tenants.models import Tenant

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


def token(issued: IssuedToken) -> dict[str, Any]:
    """`{"access_token", "token_type", "expires_in", "scope"}`; the last scope names the tenant."""
    return {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": " ".join((*issued.scopes, f"tenant={issued.tenant_code}")),
    }
