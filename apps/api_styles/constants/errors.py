"""The error body of the constants contract, in the language of the request."""

import time
from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import pgettext_lazy

from apps.api.errors import Problem
from apps.api.languages import negotiate

VERSION = "2.0.0"

CODES = {
    400: "VALIDATION.INVALID_PARAMETER",
    401: "ACCESS.UNAUTHORIZED",
    403: "ACCESS.PERMISSION_DENIED",
    404: "RESOURCE.NOT_FOUND",
    405: "REQUEST.METHOD_NOT_ALLOWED",
    429: "REQUEST.RATE_LIMITED",
    500: "SYSTEM.INTERNAL_ERROR",
    503: "SYSTEM.UNAVAILABLE",
}

# By the problem's own code first, then by its status. The context keeps them apart from Django's own messages.
MESSAGES = {
    "invalid_header": pgettext_lazy("constants", "These request headers are missing or malformed: {parameter}."),
    "unknown_workspace": pgettext_lazy("constants", "There is no such workspace."),
    400: pgettext_lazy("constants", "The request is malformed."),
    401: pgettext_lazy("constants", "Authentication is required."),
    403: pgettext_lazy("constants", "Access is denied."),
    404: pgettext_lazy("constants", "There is nothing at this address."),
    405: pgettext_lazy("constants", "This address does not answer this method."),
    429: pgettext_lazy("constants", "Too many requests. Please try again later."),
    500: pgettext_lazy("constants", "Internal error. Please report the request number {request_id}."),
    503: pgettext_lazy("constants", "The service is temporarily unavailable. Please try again later."),
}


def envelope(problem: Problem, request: HttpRequest) -> dict[str, Any]:
    """{"version", "timestamp", "success": false, "code": "DOMAIN.ERROR_CODE", "message", "data": null}."""
    code = CODES.get(problem.status) or f"REQUEST.{problem.code.upper()}"
    return wrapped(success=False, code=code, message=_message(problem, request), data=None)


def wrapped(*, success: bool, code: str, message: str, data: Any) -> dict[str, Any]:
    """Return the envelope of every answer; `timestamp` is in Unix milliseconds."""
    timestamp = time.time_ns() // 1_000_000
    return {
        "version": VERSION,
        "timestamp": timestamp,
        "success": success,
        "code": code,
        "message": message,
        "data": data,
    }


def _message(problem: Problem, request: HttpRequest) -> str:
    message = MESSAGES.get(problem.code) or MESSAGES.get(problem.status)
    if message is None:
        return problem.message
    language = negotiate(request.headers.get("Accept-Language", "")) or "en"
    with translation.override(language):
        return str(message).format(parameter=problem.parameter, **problem.context)
