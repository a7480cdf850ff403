"""The paths of the data contract."""

from django.urls import re_path

from apps.api_styles.data import views

urlpatterns = [
    re_path(r"^api/data/countries\Z", views.CountryViewSet.as_view({"get": "list"})),
    re_path(
        r"^api/data/countries/(?P<country>[^/]+)/subdivisions\Z", views.SubdivisionViewSet.as_view({"get": "list"})
    ),
    re_path(r"^api/validate/country\Z", views.ValidationViewSet.as_view({"post": "country"})),
    re_path(r"^api/validate/subdivision\Z", views.ValidationViewSet.as_view({"post": "subdivision"})),
    re_path(r"^api/validate/city\Z", views.ValidationViewSet.as_view({"post": "city"})),
    re_path(r"^api/countries\Z", views.WidgetCountryViewSet.as_view({"get": "list"})),
    re_path(
        r"^api/countries/(?P<country>[^/]+)/subdivisions\Z", views.WidgetSubdivisionViewSet.as_view({"get": "list"})
    ),
    re_path(r"^api/countries(?:/|\Z)", views.UnknownWidgetPath.as_view()),
    re_path(r"^api/", views.UnknownPath.as_view()),
]
