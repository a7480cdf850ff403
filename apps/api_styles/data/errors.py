"""The error body of the data style."""

from django.http import HttpRequest

from apps.api.errors import Problem


def envelope(problem: Problem, request: HttpRequest) -> dict[str, str]:
    """{"error": "…", "message": "…"}, the same sentence twice: clients read either."""
    return {"error": problem.message, "message": problem.message}
