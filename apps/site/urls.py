"""The addresses of the site."""

from django.urls import re_path

from apps.site.descriptions import DescriptionView

urlpatterns = [
    re_path(r"^openapi/(?P<file>(?s:.*))\Z", DescriptionView.as_view(), name="description"),
]
