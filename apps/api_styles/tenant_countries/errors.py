"""The error bodies of the tenant API."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NotRequired, TypedDict

from django.http import HttpRequest

from apps.api.errors import Problem

EXPIRED = ("Access Token expired", "keymanagement.service.access_token_expired")
INVALID = ("Invalid access token", "oauth.v2.InvalidAccessToken")
INVALID_CLIENT = ("Invalid client credentials", "oauth.v2.InvalidClientCredentials")
FAULTS = {"expired": EXPIRED, "invalid_client": INVALID_CLIENT}


class ForOAuth(TypedDict):
    """What OAuth2 clients read in an error (RFC 6749, section 5.2), beside what this style's clients read."""

    error: NotRequired[str]
    error_description: NotRequired[str]


class ErrorBody(ForOAuth):
    """`{"status": "Bad Request", "code": 400, "message": "…", "details": ["…"]}`."""

    status: str
    code: int
    message: str
    details: Sequence[str]
    entityId: NotRequired[str]


class Detail(TypedDict):
    """A code for programs."""

    errorcode: str


class FaultText(TypedDict):
    """A text for people, and a code."""

    faultstring: str
    detail: Detail


class FaultBody(ForOAuth):
    """The error for a credential that opens nothing."""

    fault: FaultText


def envelope(problem: Problem, request: HttpRequest) -> ErrorBody | FaultBody:
    """Return the body: a fault for 401, else an error."""
    body = _fault(problem) if problem.status == 401 else error(problem)
    if "oauth_error" in problem.context:
        body["error"] = problem.context["oauth_error"]
        body["error_description"] = problem.message
    return body


def _fault(problem: Problem) -> FaultBody:
    text, code = FAULTS.get(problem.code, INVALID)
    return {"fault": {"faultstring": text, "detail": {"errorcode": code}}}


def error(problem: Problem) -> ErrorBody:
    """Return the body of an error that is no 401."""
    body: ErrorBody = {
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
