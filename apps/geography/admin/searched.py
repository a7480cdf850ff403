"""Pages of the back office that write to what is searched."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from apps.geography.search import index

logger = logging.getLogger("gazetteer.search")


class SearchedAdmin(admin.ModelAdmin[Any]):
    """Pages after whose writes the names of what has changed are folded."""

    def get_urls(self) -> list[URLPattern]:
        """Let every page that is posted to do so."""
        urls = super().get_urls()
        for each in urls:
            each.callback = refreshing_search(each.callback)
        return urls


def refreshing_search(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a page that is posted to fold the names of what it has changed."""

    @wraps(view)
    def refreshing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            try:
                index.refresh()
            except DatabaseError:
                # What has been written stays, and whoever searches reads it from the tables.
                logger.exception("The names that a page changed are not folded yet")
        return response

    return refreshing
