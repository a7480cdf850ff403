"""The flags of countries as drawings, out of flag-icons 7.5.0 (MIT; see flags/LICENSE)."""

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition

from apps.api.answers.conditional import strong_etag
from apps.api.errors import Problem, not_found, respond
from apps.site.descriptions import ALLOW, PREFLIGHT, SHARED

FOLDER = Path(__file__).parent / "flags"
DAY = 24 * 60 * 60
# A drawing that is opened by itself is a document: it may do nothing.
GUARD = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


@cache
def flag(code: str) -> bytes | None:
    """Return the drawing of a country, by its alpha-2 code in small letters, None where there is none."""
    path = FOLDER / f"{code}.svg"
    return path.read_bytes() if path.is_file() else None


def etag(request: HttpRequest, code: str) -> str | None:
    """Return the entity tag of a drawing, None where there is none."""
    content = flag(code)
    return strong_etag(content) if content else None


class FlagView(View):
    """Answers with a drawing, to anyone from anywhere."""

    http_method_names = ("get", "head", "options")

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        """Answer so that pages of every origin may read it, errors too."""
        request.cors_headers = SHARED  # type: ignore[attr-defined]
        response = super().dispatch(request, *args, **kwargs)
        for name, value in SHARED.items():
            response.headers[name] = value
        return response

    @method_decorator([cache_control(public=True, max_age=DAY), gzip_page, condition(etag)])
    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Return the drawing, or 404."""
        content = flag(code)
        if content is None:
            return respond(request, not_found("There is no such flag.").problem)
        return HttpResponse(content, content_type="image/svg+xml", headers=GUARD)

    def options(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        """Allow a preflight whatever it asks for."""
        return HttpResponse(status=204, headers={"Allow": ALLOW, **PREFLIGHT})

    def http_method_not_allowed(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        """Name the methods that are."""
        return respond(
            request, Problem(405, "method_not_allowed", "A flag can only be read.", headers={"Allow": ALLOW})
        )
