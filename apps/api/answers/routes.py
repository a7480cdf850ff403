"""The views that answer from the store, by path."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import Resolver404, resolve
from rest_framework.request import Request

from apps.api.views import StyleViewSet

MAX_LENGTH = 200


class Route(NamedTuple):
    """A view, the name of its method for GET, and the arguments of the path."""

    view: type[StyleViewSet]
    options: Mapping[str, Any]
    action: str
    path: Mapping[str, str]

    def make_view(self, request: Request) -> StyleViewSet:
        """Return the view as DRF prepares it for a GET."""
        view = self.view(**self.options)
        view.request, view.args, view.kwargs, view.action = request, (), dict(self.path), self.action
        return view


def find(path: str) -> Route | None:
    """Return the view that answers GET at a path from the store, None where there is none."""
    # What is not ASCII is decoded by Django, and what is longer is none of ours.
    if not path.isascii() or len(path) > MAX_LENGTH:
        return None
    try:
        return _find(path, settings.ROOT_URLCONF)
    except Resolver404:
        return None


@lru_cache(maxsize=1024)
def _find(path: str, urlconf: str) -> Route | None:
    match = resolve(path, urlconf)
    # What DRF's `as_view` leaves on the function.
    function: Any = match.func
    action = getattr(function, "actions", {}).get("get", "")
    if not hasattr(getattr(getattr(function, "cls", None), action, None), "build"):
        return None
    return Route(function.cls, function.initkwargs, action, match.kwargs)
