"""What every page for visitors has: a policy of its content, compression, and no session."""

from typing import Any, NoReturn

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import decorator_from_middleware, method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page
from django.views.generic import TemplateView

# To be asked about each time, so that an upgrade and an import show at once; what has not changed is a 304.
DECORATORS: list[Any] = [
    cache_control(public=True, no_cache=True),
    gzip_page,
    conditional_page,
    decorator_from_middleware(CSPMiddleware),
    # Nothing is written here: what is no question is a 405, and not a form that lacks its token.
    csrf_exempt,
]


def public_url(request: HttpRequest) -> str:
    """Return where clients find this service, as the operator says it or else as they have asked."""
    return str(settings.PUBLIC_URL) or request.build_absolute_uri("/").rstrip("/")


@method_decorator(DECORATORS, name="dispatch")
class Page(TemplateView):
    """A page that anyone may read; it knows no visitor, and nothing on it is a secret."""

    http_method_names = ("get", "head", "options")
    # In the visitor's language (apps.back_office.interface_language).
    speaks = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; what there is not with a page that leads on."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            return render(request, "site/404.html", Page.get_context_data(self), status=404)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what every page shows."""
        shown = {"has_explorer": bool(settings.REST_COUNTRIES_TENANT), "has_exports": bool(settings.EXPORTS_TENANTS)}
        return super().get_context_data(**shown, **kwargs)


class NotFound(Page):
    """Every other address below those of pages."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise the 404."""
        raise Http404
