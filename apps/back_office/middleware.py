"""Which requests are the back office's, and what it alone has of middleware."""

from functools import lru_cache
from typing import Any

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

# A file of corrections may have 10 MB; a request has more than its file.
MOST_MEGABYTES, AROUND = 10, 1 << 20
# Names have as many characters at most; further pages, as addresses within addresses, have more.
MOST_ASKED, MOST_ADDRESS = 200, 2000
ADDRESSES = frozenset({"next", "_changelist_filters"})


@lru_cache(maxsize=1)
def _root() -> str:
    return reverse("admin:index")


def is_back_office(request: HttpRequest) -> bool:
    """Return whether people, not clients, read the answer."""
    return request.path_info.startswith(_root())


class ContentSecurityPolicy(CSPMiddleware):
    """django-csp's, for pages: what the API answers is none. No cache keeps a page that does not say whether it may."""

    def __call__(self, request: HttpRequest) -> Any:
        """Answer, in the back office with the headers."""
        if not is_back_office(request):
            return self.get_response(request)
        response: Any = super().__call__(request)
        # Django's own pages of refusal have none; a cache keeps a 404 by its own lights.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class ShortAddress:
    """Cuts what an address asks for to what anything can be called: pages repeat it in hundreds of links."""

    def __init__(self, get_response: Any) -> None:
        """Take what answers otherwise."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Lead a GET to the shorter address, or go on."""
        is_long = len(request.META.get("QUERY_STRING", "")) > MOST_ASKED
        if is_long and request.method == "GET" and is_back_office(request):
            asked = request.GET.copy()
            for name, values in request.GET.lists():
                most = MOST_ADDRESS if name in ADDRESSES else MOST_ASKED
                asked.setlist(name, [value[:most] for value in values])
            if asked != request.GET:
                return HttpResponseRedirect(f"{request.path}?{asked.urlencode()}")
        return self.get_response(request)


class BodyLimit:
    """Refuses a file that is too large for any page before a byte of it is read."""

    def __init__(self, get_response: Any) -> None:
        """Take what answers otherwise."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Answer 413, or go on."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if is_back_office(request) and length.isdigit() and int(length) > (MOST_MEGABYTES << 20) + AROUND:
            said = gettext("A file may have {number} MB, and nothing was written. Go back, and give a smaller one.")
            said = said.format(number=MOST_MEGABYTES)
            return HttpResponse(said, status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)
