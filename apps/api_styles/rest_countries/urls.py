"""The paths of the rest_countries contract. Each may end in a slash, as many clients write it.

A base URL that ends in a slash and a path that begins with one make two; clients of REST Countries do send that.
"""

from django.urls import re_path

from apps.api_styles.rest_countries import views

urlpatterns = [
    re_path(r"^v3\.1/+all/?\Z", views.CountryViewSet.as_view({"get": "everything"})),
    re_path(r"^v3\.1/+independent/?\Z", views.CountryViewSet.as_view({"get": "independent"})),
    re_path(r"^v3\.1/+alpha/?\Z", views.CountryViewSet.as_view({"get": "by_codes"})),
    re_path(r"^v3\.1/+alpha/(?P<code>[^/]+)/?\Z", views.CountryViewSet.as_view({"get": "by_code"})),
    *(
        re_path(rf"^v3\.1/+{what}/(?P<{what}>[^/]+)/?\Z", views.CountryViewSet.as_view({"get": f"by_{what}"}))
        for what in ("name", "currency", "demonym", "lang", "capital", "region", "subregion", "translation")
    ),
    re_path(r"^v3\.1(?:/|\Z)", views.UnknownPath.as_view()),
]
