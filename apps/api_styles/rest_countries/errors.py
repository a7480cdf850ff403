"""The error body of the rest_countries contract."""

from typing import TypedDict

from django.http import HttpRequest

from apps.api.errors import Problem


class ErrorBody(TypedDict):
    """What went wrong; `status` is that of HTTP."""

    message: str
    status: int


def envelope(problem: Problem, request: HttpRequest) -> ErrorBody:
    """{"message": "Not Found", "status": 404}."""
    return {"message": problem.message, "status": problem.status}
