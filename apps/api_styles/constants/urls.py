"""The paths of the constants contract."""

from django.urls import path, re_path

from apps.api_styles.constants import views

urlpatterns = [
    path("web/v1/system/constants/countries", views.CountryViewSet.as_view({"get": "list"})),
    re_path(r"^web/", views.UnknownPath.as_view()),
]
