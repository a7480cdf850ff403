"""The home page: what there is, and a box to try it with where the operator shows a tenant to everybody."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.vary import vary_on_headers

from apps.api.errors import Refusal
from apps.api.input import Query
from apps.api.languages import canonical, chosen
from apps.site import everybody, holdings
from apps.site.docs import styles
from apps.site.explorer.places import path
from apps.site.guides import GUIDES, calls
from apps.site.pages import Page, public_url


@method_decorator(vary_on_headers("Accept-Language"), name="dispatch")
class Home(Page):
    """What a visitor sees first; with `q`, also the places that this may mean, in the visitor's language."""

    template_name = "site/home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page; what is wrong with a question stands on it, under the status that the API gives it."""
        tenant = everybody.tenant()
        language = chosen(request.headers, tenant.default_language) if tenant else ""
        context = {"has_search": tenant is not None, "language": canonical(language)}
        problem = None
        try:
            if tenant and (text := (Query(request).one("q") or "").strip()):
                everybody.count(request)
                with everybody.share(tenant):
                    found = everybody.found(text, tenant, language)
                context |= {"q": text, "found": [(place, path(place)) for place in found]}
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
        of_everybody = (call.line for call in calls(public_url(self.request)) if "$" not in call.line)
        shown = {"holdings": holdings.now(), "styles": styles().values(), "guides": GUIDES}
        return super().get_context_data(**shown, example=next(of_everybody, ""), **kwargs)
