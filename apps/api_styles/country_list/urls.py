"""The paths of the country_list contract."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
