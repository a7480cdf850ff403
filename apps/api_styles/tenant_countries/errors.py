"""The error bodies of the tenant API."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest

from apps.api.errors import Problem

EXPIRED = ("Access Token expired", "keymanagement.service.access_token_expired")
INVALID = ("Invalid access token", "oauth.v2.InvalidAccessToken")
INVALID_CLIENT = ("Invalid client credentials", "oauth.v2.InvalidClientCredentials")
FAULTS = {"expired": EXPIRED, "invalid_client": INVALID_CLIENT}


def envelope(problem: Problem, request: HttpRequest) -> dict[str, Any]:
    """`{"status": "Bad Request", "code": 400, "message": "…", "details": ["…"]}`, and for 401 a `fault`."""
    body = _fault(problem) if problem.status == 401 else _status(problem)
    if "oauth_error" in problem.context:
        # What OAuth2 clients read (RFC 6749, section 5.2), beside what this style's clients read.
        body |= {"error": problem.context["oauth_error"], "error_description": problem.message}
    return body


def _fault(problem: Problem) -> dict[str, Any]:
    text, code = FAULTS.get(problem.code, INVALID)
    return {"fault": {"faultstring": text, "detail": {"errorcode": code}}}


def _status(problem: Problem) -> dict[str, Any]:
    body: dict[str, Any] = {
        "status": HTTPStatus(problem.status).phrase,
        "code": problem.status,
        "message": problem.message,
        "details": [problem.context["detail"]] if "detail" in problem.context else [],
    }
    if problem.status == 403:
        body["message"] = "The access to the given resource is forbidden."
    if "scope" in problem.context:
        scope = problem.context["scope"]
        body["details"] = [f"Missing required scopes '[{scope}]'", f"missing scope: {scope}"]
    if problem.parameter:
        body["details"] = [f"{problem.parameter}: {problem.message}"]
    if "entity_id" in problem.context:
        body["entityId"] = problem.context["entity_id"]
    return body
