"""The paths of the search contract."""

from django.urls import re_path

from apps.api_styles.search import views

urlpatterns = [
    re_path(r"^api/search\Z", views.SearchViewSet.as_view({"get": "list"})),
    re_path(r"^api/nearest\Z", views.NearestViewSet.as_view({"get": "list"})),
    re_path(r"^api/changes\Z", views.ChangesViewSet.as_view({"get": "list"})),
    re_path(r"^api/(?:search|nearest|changes)/", views.UnknownPath.as_view()),
]
