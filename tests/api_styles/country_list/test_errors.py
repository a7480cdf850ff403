"""The error body of country_list."""

import json

import pytest
from django.http import HttpRequest

from apps.api.errors import Problem
from apps.api_styles.country_list.errors import envelope


@pytest.mark.parametrize(
    ("status", "code", "reason", "message"),
    [
        (400, "400000", "BAD_REQUEST", "what is wrong"),
        (401, "401000", "UNAUTHORIZED", "Unauthorized"),
        (403, "403000", "FORBIDDEN", "Access forbidden for this resource."),
        (404, "404000", "NOT_FOUND", "Resource or endpoint not found."),
        (405, "405000", "METHOD_NOT_ALLOWED", "what is wrong"),
        (411, "411000", "LENGTH_REQUIRED", "what is wrong"),
        (413, "413000", "REQUEST_ENTITY_TOO_LARGE", "what is wrong"),
        (415, "415000", "UNSUPPORTED_MEDIA_TYPE", "what is wrong"),
        (429, "429000", "TOO_MANY_REQUESTS", "what is wrong"),
        (500, "500999", "API_ERROR", "Api Error, please contact customer service"),
        (503, "503000", "SERVICE_UNAVAILABLE", "what is wrong"),
    ],
)
def test_each_status_has_the_words_of_the_contract(status: int, code: str, reason: str, message: str) -> None:
    body = envelope(Problem(status, "some_code", "what is wrong"), HttpRequest())
    error = {"code": code, "code_reason": reason, "message": message}
    assert body == {"error": json.dumps(error) if status in {403, 404} else error}
