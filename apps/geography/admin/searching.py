"""The box above a list, and the suggestions of a form: they find places as callers do, in any language."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest

from apps.geography.models.search import Kind
from apps.geography.search.find import NotReady, ranked

# Places of one search; a country may have some hundred subdivisions.
MOST = 200
# Behind so many of the best stand those that are hidden.
HIDDEN_AT = 10


class FindsPlaces(admin.ModelAdmin[Any]):
    """A page whose search is that of places, the best first; what a column is sorted by precedes.

    found_kind: of the places; found_by: from a row to the id by which they are found; hidden_by: from a row to the day
    since which it is hidden, which callers' search leaves out.
    """

    found_kind: Kind
    found_by = "pk"
    # What there is besides what was found takes another query.
    show_full_result_count = False
    hidden_by = "withdrawn_on"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return what is found; where that is nothing, rows with the text anywhere in a name."""
        # PostgreSQL takes it for no text.
        search_term = search_term.replace("\0", "")
        ids = self._found(request, search_term)
        by_text, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if not ids:
            return by_text, may_have_duplicates
        hidden = by_text.filter(**{f"{self.hidden_by}__isnull": False}).order_by()
        rows = queryset.filter(Q(**{f"{self.found_by}__in": ids}) | Q(pk__in=hidden.values("pk")))
        if not request.GET.get("o"):
            places = [When(**{self.found_by: each}, then=Value(place)) for place, each in enumerate(ids)]
            rank = Case(*places, default=Value(HIDDEN_AT), output_field=IntegerField())
            rows = rows.order_by(rank, *queryset.query.order_by)
        return rows, False

    def _found(self, request: HttpRequest, text: str) -> list[str]:
        # A number is a key; so is what stands in quotes, in Django's search, a text as it is.
        if not text.strip() or text.strip().lstrip("-").isdigit() or text.startswith(('"', "'")):
            return []
        countries: Collection[str] = [request.GET["country"]] if request.GET.get("country") else ()
        try:
            keys = ranked(text, kinds=[self.found_kind], countries=countries, limit=MOST)
        except NotReady:
            return []
        return [each for _, each in keys]
