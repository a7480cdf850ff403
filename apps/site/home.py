"""The home page: what there is, and a box to try it with where the operator shows a tenant to everybody."""

import logging
from collections.abc import Sequence
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.vary import vary_on_headers

from apps.api.errors import Refusal
from apps.api.languages import canonical, chosen
from apps.api.limits import throttling
from apps.api.named_tenants import NamedTenants
from apps.api.parameters import Query
from apps.geography.names.languages import fallbacks
from apps.geography.search.find import NotReady, find
from apps.geography.search.found import Found
from apps.site import holdings
from apps.site.docs import styles
from apps.site.guides import GUIDES
from apps.site.pages import Page
from apps.tenants.models import Tenant

logger = logging.getLogger("gazetteer.site")

RETRY_AFTER_SECONDS = 30
SHOWN = 8

_tenants = NamedTenants("code")


@method_decorator(vary_on_headers("Accept-Language"), name="dispatch")
class Home(Page):
    """What a visitor sees first; with `q`, also the places that this may mean, in the visitor's language."""

    template_name = "site/home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page; what is wrong with a question stands on it, under the status that the API gives it."""
        tenant = _shown_to_everybody()
        language = chosen(request.headers, tenant.default_language) if tenant else ""
        context = {"has_search": tenant is not None, "language": canonical(language)}
        problem = None
        try:
            if tenant and (text := (Query(request).one("q") or "").strip()):
                context |= {"q": text, "found": _found(request, text, tenant, language)}
        except Refusal as refusal:
            problem = refusal.problem
        response = self.render_to_response(self.get_context_data(**context, problem=problem))
        if problem:
            response.status_code = problem.status
            for name, value in problem.headers.items():
                response.headers[name] = value
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        return super().get_context_data(holdings=holdings.now(), styles=styles().values(), guides=GUIDES, **kwargs)


def _shown_to_everybody() -> Tenant | None:
    """Return the tenant that the operator shows to whoever has no credential, None where there is none."""
    return _tenants.find(settings.REST_COUNTRIES_TENANT)[0] if settings.REST_COUNTRIES_TENANT else None


def _found(request: HttpRequest, text: str, tenant: Tenant, language: str) -> Sequence[Found]:
    """Return the places that a text may mean; raises the 429 and, while names are being folded, the 503."""
    verdict = throttling.count(request, None, "anonymous")
    if verdict and not verdict.is_allowed:
        wait = str(max(1, ceil(verdict.wait)))
        raise Refusal(429, "throttled", f"Too many questions; try again in {wait} s.", headers={"Retry-After": wait})
    try:
        return find(text, tenant=tenant, languages=fallbacks(language, tenant.default_language), limit=SHOWN)
    except NotReady as error:
        logger.error("Search is not ready: %s", error)
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        raise Refusal(503, "unavailable", "Names are being made ready for search.", headers=headers) from None
