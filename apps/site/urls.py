"""The addresses of the site."""

from django.urls import re_path

from apps.site.descriptions import DescriptionView
from apps.site.flags import FlagView

urlpatterns = [
    re_path(r"^openapi/(?P<file>(?s:.*))\Z", DescriptionView.as_view(), name="description"),
    re_path(r"^flags/(?P<code>[a-z]{2})\.svg\Z", FlagView.as_view(), name="flag"),
]
