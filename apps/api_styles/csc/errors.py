"""The error body of the csc contract."""

from django.http import HttpRequest

from apps.api.errors import Problem


def envelope(problem: Problem, request: HttpRequest) -> dict[str, str]:
    """{"error": "No Country found."}."""
    return {"error": problem.message}
