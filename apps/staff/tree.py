"""The places as a tree: countries, subdivisions, cities, each with its page and its lists; a branch opens at a time."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from apps.back_office.words.numbers import grouped
from apps.geography import tree
from apps.geography.models import City, Country, Subdivision
from apps.geography.tree import MOST_CITIES, UNPLACED, Branch, Node

# The length of the code of a country; those of subdivisions are longer.
CODE = 2


def places_tree(request: HttpRequest) -> HttpResponse:
    """Show the tree, open down to the place that `at` or `city` names; of `branch`, what lies right in it."""
    if not _may_see(request, Country):
        raise PermissionDenied
    part = request.GET.get("branch")
    at, city, is_known = _asked(request, part)
    countries = [] if part and is_known else tree.countries()
    opened = tree.branch(at[:CODE]) if at and is_known else None
    is_known = is_known and (opened is None or at == opened.country or at in opened.by_code)
    nodes: list[Node] | None = countries
    if opened is not None and is_known:
        below = _below(request, opened, at, city)
        if part:
            nodes = below if at == opened.country else opened.by_code[at].below
        for country in countries:
            if country.key == opened.country:
                country.below = below
    context = {
        **admin.site.each_context(request),
        "title": gettext("Places as a tree"),
        "branch": _branch(request, nodes or [], at if part else ""),
        "at": str(city) if city else at,
        "is_known": is_known,
    }
    template = "admin/tree_branch.html" if part else "admin/tree.html"
    return TemplateResponse(request, template, context, status=200 if is_known else 404)


def _asked(request: HttpRequest, part: str | None) -> tuple[str, int | None, bool]:
    """Return the code of the place to open, the city to show, and whether there can be such; a query for a city."""
    number = request.GET.get("city", "")
    if number and not part:
        is_number = number.lstrip("-").isascii() and number.lstrip("-").isdigit() and len(number) < 19
        row = City.objects.filter(pk=number).values_list("country", "subdivision__code") if is_number else []
        for country, subdivision in row:
            return subdivision or country, int(number), True
        return "", None, False
    code = (part or request.GET.get("at", "")).upper()
    if not code:
        return "", None, True
    is_code = "\0" not in code and Country.objects.filter(pk=code[:CODE]).exists()
    return code, None, is_code


def _below(request: HttpRequest, opened: Branch, at: str, city: int | None) -> list[Node]:
    """Open a country down to the place asked for; return what lies right in the country."""
    sees_subdivisions, sees_cities = _may_see(request, Subdivision), _may_see(request, City)
    top = opened.top if sees_subdivisions else []
    if at != opened.country:
        asked = opened.by_code[at]
        way = opened.way_to(asked.pk)
        for node in opened.by_code.values():
            if node.pk in way:
                node.below = opened.below.get(node.pk, [])
        if sees_cities and opened.own.get(asked.pk):
            asked.below = [*(asked.below or ()), *tree.cities(opened.country, asked.pk, city)]
    unplaced = tree.cities(opened.country, None, city) if sees_cities and opened.own.get(None) else []
    return [*top, *unplaced] if at == opened.country else top


def _branch(request: HttpRequest, nodes: list[Node], above: str) -> dict[str, Any]:
    """Return what the template shows right below a place: its lines, and a list where it has more cities than those."""
    branch: dict[str, Any] = {"lines": [_line(request, node, above) for node in nodes]}
    if sum(node.model is City for node in nodes) >= MOST_CITIES:
        branch["more"] = f"{_list_of(City)}?{_filter(above)}{f'&within={UNPLACED}' if len(above) == CODE else ''}"
    return branch


def _line(request: HttpRequest, node: Node, above: str) -> dict[str, Any]:
    """Return what the template shows of a place: addresses, numbers in words, and the branch below it."""
    counts = ((Subdivision, node.subdivisions), (City, node.cities))
    return {
        "node": node,
        "above": above,
        "address": reverse(f"admin:geography_{node.model._meta.model_name}_change", args=[node.pk]),
        "lists": [
            (f"{_list_of(model)}?{_filter(node.key)}", _named(model, count))
            for model, count in counts
            if count and _may_see(request, model)
        ],
        "branch": None if node.below is None else _branch(request, node.below, node.key),
    }


def _filter(key: str) -> str:
    return f"country={key}" if len(key) == CODE else f"within={key}"


def _named(model: Any, count: int) -> str:
    words = {
        Subdivision: ngettext("{number} subdivision", "{number} subdivisions", count),
        City: ngettext("{number} city", "{number} cities", count),
    }
    return words[model].format(number=grouped(count))


def _list_of(model: Any) -> str:
    return reverse(f"admin:geography_{model._meta.model_name}_changelist")


def _may_see(request: HttpRequest, model: Any) -> bool:
    return bool(admin.site._registry[model].has_view_permission(request))
