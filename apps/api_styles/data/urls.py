"""The paths of the data contract."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
