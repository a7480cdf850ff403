"""What anyone may read from a page of any origin."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from apps.api.errors import Problem, respond

ALLOW = "GET, HEAD, OPTIONS"
PREFLIGHT = {
    "Access-Control-Allow-Methods": ALLOW,
    # The star stands for every header but this one (Fetch standard, section 3.2.2).
    "Access-Control-Allow-Headers": "*, Authorization",
    "Access-Control-Max-Age": "86400",
}


@method_decorator(csrf_exempt, name="dispatch")
class OpenView(View):
    """A file that depends on nobody who asks. `noun`: what it is called; `exposed`: the headers that pages may read."""

    http_method_names = ("get", "head", "options")
    noun: ClassVar[str]
    exposed: ClassVar[str] = "ETag, X-Request-Id"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer so that pages of every origin may read it, errors too."""
        headers: Mapping[str, str] = {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": self.exposed,
        }
        request.cors_headers = headers  # type: ignore[attr-defined]
        response = super().dispatch(request, *args, **kwargs)
        for name, value in headers.items():
            response.headers[name] = value
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Allow a preflight whatever it asks for."""
        return HttpResponse(status=204, headers={"Allow": ALLOW, **PREFLIGHT})

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Name the methods that are."""
        message = f"{self.noun} can only be read."
        return respond(request, Problem(405, "method_not_allowed", message, headers={"Allow": ALLOW}))
