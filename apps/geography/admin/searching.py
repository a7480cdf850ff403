"""The box above a list, and the suggestions of a form: they find places as callers do, in any language."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest

from apps.back_office.lists.pages import RowsFirst
from apps.geography.admin.named_lists import NamedLists
from apps.geography.models.search import Kind
from apps.geography.names.shown import page_languages
from apps.geography.search.find import NotReady, ranked

# Places of one search; a country may have some hundred subdivisions.
MOST = 200
# Behind so many of the best stand those that are hidden.
HIDDEN_AT = 10


class FindsPlaces(NamedLists):
    """A page whose search is that of places, the best first; what a column is sorted by precedes.

    found_kind: of the places; found_by: from a row to the id by which they are found; hidden_by: from a row to the day
    since which it is hidden, which callers' search leaves out; country_by: to the country in which it lies.
    """

    found_kind: Kind
    found_by = "pk"
    # What there is besides what was found takes another query.
    show_full_result_count = False
    hidden_by = "withdrawn_on"
    country_by = "country"
    # Of the boxes of its form, those that suggest what lies in the country that another box names.
    in_same_country: Sequence[str] = ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Let `same_country.js` know which box names the country."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name in self.in_same_country:
            field.widget.attrs["data-country-field"] = "country"
        return field

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Any], per_page: int, *rest: Any, **named: Any
    ) -> Any:
        """Return what counts the rows of a search last, unless they are sorted by a column."""
        if request.GET.get(SEARCH_VAR) and not request.GET.get(ORDER_VAR):
            return RowsFirst(queryset, per_page, *rest, **named)
        return super().get_paginator(request, queryset, per_page, *rest, **named)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return what is found; where that is nothing, rows with the text anywhere in a name."""
        # PostgreSQL takes it for no text.
        search_term = search_term.replace("\0", "")
        if self.found_kind != Kind.COUNTRY and (country := _country(request)):
            queryset = queryset.filter(**{self.country_by: country})
        ids = self._found(request, search_term)
        by_text, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if not ids:
            return by_text, may_have_duplicates
        hidden = by_text.filter(**{f"{self.hidden_by}__isnull": False}).order_by()
        rows = queryset.filter(Q(**{f"{self.found_by}__in": ids}) | Q(pk__in=hidden.values("pk")))
        if self.found_kind == Kind.CITY:
            # There are few; a search has no query to spare for their names.
            rows = rows.labelled(page_languages())  # type: ignore[attr-defined]
        if not request.GET.get(ORDER_VAR):
            places = [When(**{self.found_by: each}, then=Value(place)) for place, each in enumerate(ids)]
            rank = Case(*places, default=Value(HIDDEN_AT), output_field=IntegerField())
            rows = rows.order_by(rank, *queryset.query.order_by)
        return rows, False

    def _found(self, request: HttpRequest, text: str) -> list[str]:
        # A number is a key; so is what stands in quotes, in Django's search, a text as it is.
        if not text.strip() or text.strip().lstrip("-").isdigit() or text.startswith(('"', "'")):
            return []
        country = _country(request)
        try:
            keys = ranked(text, kinds=[self.found_kind], countries=[country] if country else (), limit=MOST)
        except NotReady:
            return []
        return [each for _, each in keys]


def _country(request: HttpRequest) -> str:
    """Return the country that a list is filtered by, or that the form of a box names; empty: any."""
    return request.GET.get("country", "").replace("\0", "")
