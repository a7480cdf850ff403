"""The paths of the country_list contract."""

from django.urls import path, re_path

from apps.api_styles.country_list import views

urlpatterns = [
    path("v1/country/list", views.CountryViewSet.as_view({"get": "list"})),
    path("v1/auth/token", views.TokenViewSet.as_view({"post": "create"})),
    re_path(r"^v1/", views.UnknownPath.as_view()),
]
