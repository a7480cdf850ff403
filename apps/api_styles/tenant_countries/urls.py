"""The paths of the tenant_countries contract."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
