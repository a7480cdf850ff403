"""One box for every place: countries, subdivisions and cities, in any language, from every page."""

import re
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from apps.geography.models import City, Country, Subdivision
from apps.geography.models.cities import name_cities
from apps.geography.models.search import Kind
from apps.geography.names.shown import name_columns, page_languages
from apps.geography.search.find import NotReady, ranked

MOST = 50
# What may be the id of a city.
NUMBER = re.compile("-?[0-9]{1,18}")
# Of each kind its table, the id by which it is found, and what is shown of it.
TABLES: dict[Kind, tuple[Any, str, tuple[str, ...]]] = {
    Kind.COUNTRY: (Country, "code", ("name_en",)),
    Kind.SUBDIVISION: (Subdivision, "code", ("code", "name_en", "country__name_en")),
    Kind.CITY: (City, "geonameid", ("name", "subdivision__code", "subdivision__name_en", "country__name_en")),
}


def places(request: HttpRequest) -> HttpResponse:
    """List the places that a text may mean, of the kinds that the user may see; a dozen queries."""
    text = request.GET.get("q", "").replace("\0", "").strip()
    kinds = [kind for kind, (model, *_) in TABLES.items() if _page(model).has_view_permission(request)]
    keys, is_ready = [], True
    if NUMBER.fullmatch(text):
        keys = [(Kind.CITY, str(_stays(int(text))))] if Kind.CITY in kinds else []
    elif text and kinds:
        try:
            keys = ranked(text, kinds=kinds, limit=MOST)
        except NotReady:
            is_ready = False
    rows = {(kind, str(getattr(row, TABLES[kind][1]))): row for kind in kinds for row in _rows(request, kind, keys)}
    name_cities([row for row in rows.values() if isinstance(row, City)])
    found = [(rows[key], _address(rows[key]), gettext(key[0].label)) for key in keys if key in rows]
    context = {
        **admin.site.each_context(request),
        "title": gettext("Places"),
        "asked_place": text,
        "found": found,
        "is_ready": is_ready,
        "may_see": bool(kinds),
    }
    return TemplateResponse(request, "admin/places.html", context)


def _stays(city: int) -> int:
    """Return the id of the city that one was merged into, else its own."""
    return City.objects.filter(pk=city).values_list("merged_into", flat=True).first() or city


def _page(model: Any) -> Any:
    return admin.site._registry[model]


def _rows(request: HttpRequest, kind: Kind, keys: list[tuple[Kind, str]]) -> QuerySet[Any]:
    model, key, columns = TABLES[kind]
    ids = [each for its, each in keys if its == kind]
    rows: QuerySet[Any] = _page(model).get_queryset(request).order_by()
    around = {column.partition("__")[0] for column in columns if "__" in column}
    named = [each.removesuffix("name_en") for each in columns if each.endswith("name_en")]
    names = [name for prefix in named for name in name_columns(prefix)]
    if not ids:
        return rows.none()
    found = rows.filter(**{f"{key}__in": ids}).select_related(*around).only(*columns, *names)
    return found.labelled(page_languages()) if kind == Kind.CITY else found  # type: ignore[attr-defined]


def _address(row: Any) -> str:
    return reverse(f"admin:geography_{row._meta.model_name}_change", args=[row.pk])
