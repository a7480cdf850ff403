"""Change lists that take the filters that they show, and nothing else from the address.

Django lets whoever may see a list ask anything about any column of it: a digest could be read letter by letter, and one
regular expression keeps a worker busy for minutes.
"""

from collections.abc import Iterator
from datetime import MAXYEAR
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, ManyToManyField
from django.http import HttpRequest
from django.utils.dateparse import parse_date, parse_datetime

# What the filters of Django's own lists send behind a field.
SUFFIXES = ("exact", "isnull", "isempty")
DATES = ("gte", "lt")
# What its list of dates sends, with the greatest number that each part can be.
PARTS = {"year": MAXYEAR, "month": 12, "day": 31}


class ClosedFilters(admin.ModelAdmin[Any]):
    """A page whose list is filtered by what it shows alone; anything else is a bad request."""

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Return whether one of the page's own filters sends this."""
        filters = self.get_list_filter(request) if request is not None else self.list_filter
        if self.date_hierarchy and lookup.startswith(f"{self.date_hierarchy}__"):
            return _is_date(lookup.rpartition("__")[2], value)
        for each in filters:
            if isinstance(each, type):
                # One of ours, named by its parameter.
                if lookup == getattr(each, "parameter_name", None):
                    return True
                continue
            path = str(each[0] if isinstance(each, tuple | list) else each)
            if lookup == path:
                return True
            if lookup.startswith(f"{path}__"):
                suffix = lookup.removeprefix(f"{path}__")
                if suffix in set(self._suffixes(path)):
                    return suffix not in DATES or _is_date(suffix, value)
        return False

    def _suffixes(self, path: str) -> Iterator[str]:
        try:
            field = get_fields_from_path(self.model, path)[-1]
        except FieldDoesNotExist:
            return
        yield from SUFFIXES
        if isinstance(field, ForeignKey | ManyToManyField):
            yield f"{field.target_field.name}__exact"
        else:
            yield from DATES


def _is_date(part: str, value: Any) -> bool:
    text = str(value)
    if part in PARTS:
        return text.isascii() and text.isdigit() and len(text) <= len(str(MAXYEAR)) and 1 <= int(text) <= PARTS[part]
    if part not in DATES:
        return False
    try:
        return (parse_date(text) or parse_datetime(text)) is not None
    except ValueError:
        return False
