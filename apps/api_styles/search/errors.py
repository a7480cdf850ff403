"""The error body of the search style."""

from django.http import HttpRequest

from apps.api.errors import Problem


def envelope(problem: Problem, request: HttpRequest) -> dict[str, str]:
    """{"error": "…", "message": "…"}, the same sentence twice, as the data style has it."""
    return {"error": problem.message, "message": problem.message}
