"""The explorer: the places of the tenant that everybody sees, and beside them how the API tells of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.vary import vary_on_headers

from apps.api.errors import Problem, Refusal, bad_parameter
from apps.api.input import Query
from apps.api.languages import canonical, chosen, lookup
from apps.api.styles import Topic
from apps.site import everybody
from apps.site.explorer import places
from apps.site.explorer.places import Reader
from apps.site.explorer.requests import beside, offered
from apps.site.pages import Page, public_url
from apps.tenants.models import Tenant

# As their readers write them.
LANGUAGES: Sequence[tuple[str, str]] = sorted(
    ((canonical(code), str(LANG_INFO[code]["name_local"])) for code, _ in settings.LANGUAGES),
    key=lambda language: language[1].casefold(),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a text, a language and a style, each "" where it is not named."""

    text: str
    lang: str
    style: str

    @classmethod
    def of(cls, query: Query) -> "Asked":
        """Read the query; raises the 400."""
        lang = query.one("lang") or ""
        if lang and lookup(lang) is None:
            raise bad_parameter("lang", "The parameter lang must be one of the languages below, such as de or pt-BR.")
        style = query.one("style") or ""
        if style and not any(style in offered(topic) for topic in Topic):
            raise bad_parameter("style", "The parameter style must be the name of an API style, such as data.")
        return cls((query.one("q") or "").strip(), lang, style)

    @property
    def kept(self) -> str:
        """What the addresses of further pages end in."""
        kept = {name: value for name, value in (("lang", self.lang), ("style", self.style)) if value}
        return f"?{urlencode(kept)}" if kept else ""


@method_decorator(vary_on_headers("Accept-Language"), name="dispatch")
class Explorer(Page):
    """The world with a map, a country, a subdivision or, with `q`, what a text may mean."""

    template_name = "site/explore.html"

    def get(self, request: HttpRequest, country: str = "", subdivision: str = "") -> HttpResponse:
        """Answer with the page; what is wrong stands on one of its own, under the status that the API gives it."""
        tenant = everybody.tenant()
        if tenant is None:
            return self._refused("site/explore_off.html", None, status=404 if country else 200)
        try:
            everybody.count(request)
            asked = Asked.of(Query(request))
            with everybody.share(tenant):
                context = self._shown(asked, tenant, country, subdivision)
        except Refusal as refusal:
            return self._refused("site/explore_problem.html", refusal.problem, refusal.problem.status)
        return self.render_to_response(self.get_context_data(**context))

    def _refused(self, template: str, problem: Problem | None, status: int) -> HttpResponse:
        self.template_name = template
        context = self.get_context_data(problem=problem, languages=LANGUAGES)
        return self.render_to_response(context, status=status, headers=problem.headers if problem else None)

    def _shown(self, asked: Asked, tenant: Tenant, country: str, subdivision: str) -> dict[str, Any]:
        language = lookup(asked.lang) if asked.lang else None
        reader = Reader(tenant, language or chosen(self.request.headers, tenant.default_language))
        topic, context = self._topic(asked, reader, country, subdivision)
        tag = canonical(reader.language)
        styles = offered(topic)
        style, shown = styles.get(asked.style) or next(iter(styles.values()))
        about = {"language": tag, "text": context["name"], **context.pop("codes", {})}
        return context | {
            "asked": asked,
            "topic": topic.value,
            "kept": asked.kept,
            "language": tag,
            "is_bidi": reader.language in settings.LANGUAGES_BIDI,
            "languages": LANGUAGES,
            "styles": list(styles),
            "beside": beside(style, shown, about, tenant, public_url(self.request)),
        }

    def _topic(self, asked: Asked, reader: Reader, country: str, subdivision: str) -> tuple[Topic, dict[str, Any]]:
        """Return what the page is about: its `name`, its `codes` for the API, and what else it shows."""
        if subdivision:
            context = places.subdivision(reader, country, subdivision)
            code = context["subdivision"]["code"]
            context["codes"] = {"country": code[:2], "subdivision": code, "part": code[3:]}
            return Topic.SUBDIVISION, context
        if country:
            context = places.country(reader, country)
            return Topic.COUNTRY, context | {"codes": {"country": context["country"]["code"]}}
        if asked.text:
            found = everybody.found(asked.text, reader.tenant, reader.language)
            return Topic.SEARCH, {"name": asked.text, "found": [(place, places.path(place)) for place in found]}
        return Topic.WORLD, places.world(reader) | {"name": ""}
