"""The flags of countries, out of flag-icons 7.5.0 (MIT; see flags/LICENSE): drawings, and small pictures of them."""

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition

from apps.api.answers.representations import strong_etag
from apps.api.errors import not_found, respond
from apps.site.open_views import OpenView

FOLDER = Path(__file__).parent / "flags"
DAY = 24 * 60 * 60
TYPES = {"svg": "image/svg+xml", "png": "image/png"}
# A drawing that is opened by itself is a document: it may do nothing.
GUARD = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


@cache
def flag(code: str, form: str) -> bytes | None:
    """Return the flag of a country, by its alpha-2 code in small letters, None where there is none."""
    path = FOLDER / f"{code}.{form}"
    return path.read_bytes() if path.is_file() else None


def etag(request: HttpRequest, code: str, form: str) -> str | None:
    """Return the entity tag of a flag, None where there is none."""
    content = flag(code, form)
    return strong_etag(content) if content else None


class FlagView(OpenView):
    """Answers with a flag, to anyone from anywhere."""

    noun = "A flag"

    @method_decorator([cache_control(public=True, max_age=DAY), gzip_page, condition(etag)])
    def get(self, request: HttpRequest, code: str, form: str) -> HttpResponse:
        """Return the flag, or 404."""
        content = flag(code, form)
        if content is None:
            return respond(request, not_found("There is no such flag.").problem)
        return HttpResponse(content, content_type=TYPES[form], headers=GUARD)
