"""The paths of the csc contract, below `/csc/` and, as clients have them, without it. Each may end in a slash."""

from django.urls import re_path

from apps.api_styles.csc import views

COUNTRY = r"^(?:csc/)?v1/countries/(?P<country>[^/]+)"

urlpatterns = [
    re_path(r"^(?:csc/)?v1/countries/?\Z", views.PlaceViewSet.as_view({"get": "countries"})),
    re_path(rf"{COUNTRY}/?\Z", views.PlaceViewSet.as_view({"get": "country"})),
    re_path(r"^(?:csc/)?v1/states/?\Z", views.PlaceViewSet.as_view({"get": "all_states"})),
    re_path(rf"{COUNTRY}/states/?\Z", views.PlaceViewSet.as_view({"get": "states"})),
    re_path(rf"{COUNTRY}/states/(?P<state>[^/]+)/?\Z", views.PlaceViewSet.as_view({"get": "state"})),
    re_path(rf"{COUNTRY}/cities/?\Z", views.PlaceViewSet.as_view({"get": "cities"})),
    re_path(rf"{COUNTRY}/states/(?P<state>[^/]+)/cities/?\Z", views.PlaceViewSet.as_view({"get": "cities_of_state"})),
    re_path(r"^(?:csc(?:/|\Z)|v1/(?:countries|states)(?:/|\Z))", views.UnknownPath.as_view()),
]
