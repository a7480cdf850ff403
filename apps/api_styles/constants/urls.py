"""The paths of the constants contract."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
