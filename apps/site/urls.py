"""The addresses of the site."""

from django.urls import path, re_path
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_safe
from django.views.generic import RedirectView
from django.views.i18n import set_language

from apps.site.descriptions import DescriptionView
from apps.site.docs import DocsPage
from apps.site.explorer.views import Explorer
from apps.site.exports.feed import Releases
from apps.site.exports.views import FileView, IndexPage
from apps.site.flags import FlagView
from apps.site.guides import GuidePage
from apps.site.home import Home
from apps.site.pages import NotFound
from apps.site.widget import WidgetView

urlpatterns = [
    path("", Home.as_view(), name="home"),
    # Without a token, which would make every copy of a page another one: it writes nothing but the visitor's cookie.
    path("language", csrf_exempt(set_language), name="language"),
    path("docs", DocsPage.as_view(), name="docs"),
    path("docs/", RedirectView.as_view(pattern_name="docs")),
    path("docs/guides/<slug:guide>", GuidePage.as_view(), name="guide"),
    path("docs/<slug:style>", DocsPage.as_view(), name="docs-of"),
    re_path(r"^docs/", NotFound.as_view()),
    # There is one for each style; whoever looks for the one of a service is shown where they are.
    re_path(r"^openapi(?:\.yaml|\.json)?\Z", RedirectView.as_view(pattern_name="docs")),
    re_path(r"^openapi/(?P<file>(?s:.*))\Z", DescriptionView.as_view(), name="description"),
    re_path(r"^flags/(?P<code>[a-z]{2})\.(?P<form>svg|png)\Z", FlagView.as_view(), name="flag"),
    re_path(r"^widget/(?P<name>(?s:.*))\Z", WidgetView.as_view(), name="widget"),
    path("explore", Explorer.as_view(), name="explore"),
    path("explore/", RedirectView.as_view(pattern_name="explore", query_string=True)),
    re_path(r"^explore/(?P<country>[^/]+)\Z", Explorer.as_view(), name="explore-country"),
    re_path(r"^explore/(?P<country>[^/]+)/(?P<subdivision>[^/]+)\Z", Explorer.as_view(), name="explore-subdivision"),
    re_path(r"^explore/", NotFound.as_view()),
    path("exports", RedirectView.as_view(pattern_name="exports")),
    re_path(r"^exports/\Z", IndexPage.as_view(), name="exports"),
    re_path(
        r"^exports/releases\.atom\Z",
        conditional_page(cache_control(public=True, no_cache=True)(require_safe(Releases()))),
        name="releases",
    ),
    re_path(r"^exports/(?P<name>(?s:.*))\Z", FileView.as_view(), name="export"),
]
