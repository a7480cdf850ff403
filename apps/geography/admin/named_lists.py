"""Lists that show places by their names in the language of the page, and sort them so."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.functional import cached_property

from apps.back_office.lists.pages import RowsFirst
from apps.geography.models import City
from apps.geography.models.cities import name_cities
from apps.geography.names.by_name import keys_by_name
from apps.geography.names.languages import SOURCE_LANGUAGE, column
from apps.geography.names.shown import name_columns

ENGLISH = column("name", SOURCE_LANGUAGE)
# More rows stay in the order of their English names, unless they are a whole table.
MOST_SORTED = 100_000


class NarrowChangeList(ChangeList):
    """A list that loads the columns it shows, not ninety translations of each row; names in the page's language."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: list[str | None] | None = None) -> QuerySet[Any]:
        """Return the rows with `narrow_columns` alone."""
        columns: Sequence[str] = self.model_admin.narrow_columns  # type: ignore[attr-defined]
        prefixes = [each.removesuffix(ENGLISH) for each in columns if each.endswith(ENGLISH)]
        names = [name for prefix in prefixes for name in name_columns(prefix)]
        return super().get_queryset(request, exclude_parameters).only(*columns, *names)


class ByName(Paginator):  # type: ignore[type-arg]
    """Sorts the keys of all rows by the names that pages show, and loads the rows of one page; two queries more."""

    @cached_property
    def keys(self) -> Sequence[Any] | None:
        """Return the keys of all rows, in order; None: there are too many."""
        rows: Any = self.object_list
        ordering = rows.query.order_by
        if not rows.query.where and _of_name(rows.model, ordering[0].removeprefix("-"))[0] == "pk":
            # The whole table; what comes behind the name makes no difference that anybody sees.
            keys = keys_by_name(rows.model)
            return keys[::-1] if ordering[0].startswith("-") else keys
        return _sorted(rows, ordering)

    @cached_property
    def count(self) -> int:
        """Return how many rows there are."""
        return super().count if self.keys is None else len(self.keys)

    def page(self, number: int | str) -> Page:  # type: ignore[type-arg]
        """Return a page."""
        if self.keys is None:
            return super().page(number)
        number = self.validate_number(number)
        return Page(self.rows(self.keys[(number - 1) * self.per_page : number * self.per_page]), number, self)

    def rows(self, keys: Sequence[Any]) -> Any:
        """Return the rows with these keys, in their order."""
        rows: Any = self.object_list
        rows = rows.filter(pk__in=keys)
        places = [When(pk=key, then=Value(place)) for place, key in enumerate(keys)]
        return rows.order_by(Case(*places, output_field=IntegerField())) if places else rows


def _sorted(rows: QuerySet[Any], ordering: Sequence[str]) -> list[Any] | None:
    """Return the keys of rows that are sorted by several columns, of which some are names; None: there are too many."""
    paths = [each.removeprefix("-") for each in ordering]
    named = [_of_name(rows.model, path) for path in paths]
    sources = [above or path for path, (above, _) in zip(paths, named, strict=True)]
    columns = list(dict.fromkeys(("pk", *sources)))
    found = list(rows.order_by().values_list(*columns)[: MOST_SORTED + 1])
    if len(found) > MOST_SORTED:
        return None
    for source, (_, model), way in reversed(list(zip(sources, named, ordering, strict=True))):
        at = columns.index(source)
        ranks = {key: rank for rank, key in enumerate(keys_by_name(model))} if model else None
        values = {row[0]: row[at] if ranks is None else ranks.get(row[at]) for row in found}
        found.sort(key=lambda row, of=values: (of[row[0]] is not None, of[row[0]]), reverse=way.startswith("-"))  # type: ignore[misc]
    return [key for key, *_ in found]


def _of_name(model: type[Any], path: str) -> tuple[str, type[Any] | None]:
    """Return the path to the row whose name is at a path, and its model; None: it is no name of a place."""
    above, _, last = path.rpartition("__")
    for part in above.split("__") if above else ():
        model = model._meta.get_field(part).related_model
    is_name = last == ENGLISH or (model is City and last == "name")
    return (above or "pk", model) if is_name else ("", None)


def _is_one_page(found: ChangeList) -> bool:
    """Return whether Django shows all rows of a list at once, for which it asks no paginator."""
    return not found.multi_page or (found.show_all and found.can_show_all)


class NamedLists(admin.ModelAdmin[Any]):
    """A page whose list has names of places. narrow_columns: what it shows; English names stand for the page's."""

    narrow_columns: Sequence[str] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the narrow list."""
        return NarrowChangeList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list, its cities with their names; of a search with one page what was loaded for a count."""
        found = super().get_changelist_instance(request)
        if isinstance(found.paginator, RowsFirst) and not found.multi_page:
            found.result_list = found.paginator.first_rows
        elif isinstance(found.paginator, ByName) and found.paginator.keys is not None and _is_one_page(found):
            found.result_list = found.paginator.rows(found.paginator.keys)
        if self.model is City:
            name_cities(found.result_list)
        return found

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Any], per_page: int, *rest: Any, **named: Any
    ) -> Any:
        """Return what sorts by name, where that is asked for."""
        ordering = [each for each in queryset.query.order_by if isinstance(each, str)]
        is_plain = len(ordering) == len(queryset.query.order_by)
        if is_plain and any(_of_name(queryset.model, each.removeprefix("-"))[1] for each in ordering):
            return ByName(queryset, per_page, *rest, **named)
        return super().get_paginator(request, queryset, per_page, *rest, **named)
