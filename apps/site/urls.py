"""The addresses of the site."""

from django.urls import re_path
from django.views.decorators.http import require_safe

from apps.site.descriptions import DescriptionView
from apps.site.exports.feed import Releases
from apps.site.exports.views import FileView, IndexView
from apps.site.flags import FlagView

urlpatterns = [
    re_path(r"^openapi/(?P<file>(?s:.*))\Z", DescriptionView.as_view(), name="description"),
    re_path(r"^flags/(?P<code>[a-z]{2})\.svg\Z", FlagView.as_view(), name="flag"),
    re_path(r"^exports/\Z", IndexView.as_view(), name="exports"),
    re_path(r"^exports/releases\.atom\Z", require_safe(Releases()), name="releases"),
    re_path(r"^exports/(?P<name>(?s:.*))\Z", FileView.as_view(), name="export"),
]
