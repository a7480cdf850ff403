"""Pages of long lists."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

# So many rows are passed over as they are.
FEW = 10_000


class KeysFirst(Paginator):  # type: ignore[type-arg]
    """Finds the keys of a late page first, by an index alone, and loads the rows of these; a query more.

    Else the database puts together every row before them, with all that is joined to it, to pass it over.
    """

    def page(self, number: int | str) -> Page:  # type: ignore[type-arg]
        """Return a page."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        if start < FEW:
            return super().page(number)
        rows: Any = self.object_list
        keys = list(rows.values_list("pk", flat=True)[start : start + self.per_page])
        return Page(rows.filter(pk__in=keys), number, self)


class RowsFirst(Paginator):  # type: ignore[type-arg]
    """Loads the rows of the first page, and counts only where there are more: of a costly search that is half."""

    @cached_property
    def first_rows(self) -> Any:
        """Load the rows of the first page, and one more where there is one."""
        return self.object_list[: self.per_page + 1]

    @cached_property
    def count(self) -> int:
        """Count the rows."""
        loaded = len(self.first_rows)
        return loaded if loaded <= self.per_page else super().count

    def page(self, number: int | str) -> Page:  # type: ignore[type-arg]
        """Return a page; the first without asking again."""
        number = self.validate_number(number)
        if number != 1:
            return super().page(number)
        # A slice of loaded rows is a list, and forms of the rows want to know how they are ordered.
        rows: Any = self.object_list[: self.per_page]
        rows._result_cache = self.first_rows[: self.per_page]
        rows._prefetch_done = True
        return Page(rows, number, self)
