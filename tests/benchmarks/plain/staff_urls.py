"""Our pages, and beside them a change list as Django's admin makes it of a model without any setting of ours."""

from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import path

from config.urls import *  # noqa: F403 - with its handlers


class PlainAdmin(admin.ModelAdmin[Permission]):
    """Three columns, a hundred rows a page."""

    list_display = ("codename", "name", "content_type")
    list_select_related = ("content_type",)


plain = PlainAdmin(Permission, admin.site)
urlpatterns = [path("plain/", admin.site.admin_view(plain.changelist_view)), *urlpatterns]  # noqa: F405
