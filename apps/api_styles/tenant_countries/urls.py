"""The paths of the tenant_countries contract."""

from typing import Any

from django.urls import re_path

from apps.api_styles.tenant_countries import anonymous, tokens
from apps.api_styles.tenant_countries.views import lists, names, policy, switches

COUNTRIES = r"^country/(?P<tenant>[^/]+)/countries"
REGIONS = r"^country/(?P<tenant>[^/]+)/regions"
CONFIGURATIONS = r"^configuration/(?P<tenant>[^/]+)/configurations"
SUBDIVISIONS = COUNTRIES + r"/(?P<country>[^/]+)/subdivisions"

collection: dict[str, Any] = {"get": "list", "patch": "bulk_update"}
item: dict[str, Any] = {"get": "retrieve", "patch": "partial_update"}

urlpatterns = [
    re_path(COUNTRIES + r"\Z", switches.CountryViewSet.as_view(collection)),
    re_path(COUNTRIES + r"/(?P<code>[^/]+)\Z", switches.CountryViewSet.as_view(item)),
    re_path(COUNTRIES + r"/(?P<code>[^/]+)/names\Z", names.NameViewSet.as_view(item)),
    re_path(SUBDIVISIONS + r"\Z", switches.SubdivisionViewSet.as_view(collection)),
    re_path(SUBDIVISIONS + r"/(?P<code>[^/]+)\Z", switches.SubdivisionViewSet.as_view(item)),
    re_path(REGIONS + r"\Z", lists.RegionViewSet.as_view({"get": "list"})),
    re_path(REGIONS + r"/(?P<code>[^/]+)\Z", lists.RegionViewSet.as_view({"get": "retrieve"})),
    re_path(CONFIGURATIONS + r"\Z", lists.ConfigurationViewSet.as_view({"get": "list"})),
    re_path(CONFIGURATIONS + r"/(?P<key>[^/]+)\Z", lists.ConfigurationViewSet.as_view({"get": "retrieve"})),
    re_path(r"^oauth/token\Z", tokens.TokenViewSet.as_view({"post": "create"})),
    re_path(r"^oauth(?:/|\Z)", tokens.UnknownTokenPath.as_view()),
    re_path(r"^customerlogin/auth/anonymous/login\Z", anonymous.AnonymousViewSet.as_view({"get": "login"})),
    re_path(r"^customerlogin/auth/anonymous/refresh\Z", anonymous.AnonymousViewSet.as_view({"get": "refresh"})),
    re_path(r"^customerlogin(?:/|\Z)", anonymous.UnknownAnonymousPath.as_view()),
    re_path(r"^(?:country|configuration)(?:/(?P<tenant>[^/]*)|\Z)", policy.UnknownPath.as_view()),
]
