"""What every response carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.api.answers.front import id_of

BODILESS = {204, 304}


class RequestIdMiddleware:
    """Tell every request's id, X-Request-Id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the header added."""
        own = request.request_id = id_of(request.META)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Request-Id"] = own
        if response.status_code in BODILESS:
            # RFC 9110, section 8.6: CommonMiddleware has counted a body that is never sent.
            del response.headers["Content-Length"]
        return response
