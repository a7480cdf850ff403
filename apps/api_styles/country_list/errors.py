"""The error body of the country_list contract."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest

from apps.api.errors import Problem

# (code, code_reason, message) in the words of the contract; None: what the problem itself says.
CATALOGUE: dict[int, tuple[str, str, str | None]] = {
    400: ("400000", "BAD_REQUEST", None),
    401: ("401000", "UNAUTHORIZED", "Unauthorized"),
    403: ("403000", "FORBIDDEN", "Access forbidden for this resource."),
    404: ("404000", "NOT_FOUND", "Resource or endpoint not found."),
    # Its phrase changes with the version of Python; what clients see must not.
    413: ("413000", "REQUEST_ENTITY_TOO_LARGE", None),
    500: ("500999", "API_ERROR", "Api Error, please contact customer service"),
}
INVALID_CLIENT = ("401021", "INVALID_CLIENT_ID_OR_CLIENT_SECRET", "The client id or the client secret is wrong.")

# The contract types `error` as a string of JSON for these two, and as an object for all others.
WRITTEN_AS_STRING = {403, 404}


def envelope(problem: Problem, request: HttpRequest) -> dict[str, Any]:
    """{"error": {"code": "400000", "code_reason": "BAD_REQUEST", "message"}}."""
    code, reason, message = _entry(problem)
    error = {"code": code, "code_reason": reason, "message": message or problem.message}
    return {"error": json.dumps(error) if problem.status in WRITTEN_AS_STRING else error}


def _entry(problem: Problem) -> tuple[str, str, str | None]:
    if problem.code == "invalid_client":
        return INVALID_CLIENT
    entry = CATALOGUE.get(problem.status)
    if entry is None:
        phrase = HTTPStatus(problem.status).phrase
        entry = (f"{problem.status}000", phrase.upper().replace(" ", "_").replace("-", "_"), None)
    return entry
