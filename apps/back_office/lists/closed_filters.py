"""Change lists that take the filters that they show, and nothing else from the address; rows by what can be a key.

Django lets whoever may see a list ask anything about any column of it: a digest could be read letter by letter, and one
regular expression keeps a worker busy for minutes. A row ticked, or chosen in a form, as "abc" ends in an error.
"""

from collections.abc import Iterator
from datetime import MAXYEAR
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import FieldDoesNotExist, SuspiciousOperation, ValidationError
from django.db.models import Field, ForeignKey, ManyToManyField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext

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

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list; a filter by a NUL, which PostgreSQL would not look for, is one that nobody has."""
        asked = ((name, value) for name, values in request.GET.lists() for value in values)
        if any("\0" in value for name, value in asked if name != SEARCH_VAR):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row of a page's address, None where there is none; PostgreSQL would not look for a NUL."""
        return None if "\0" in object_id else super().get_object(request, object_id, from_field)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the rows that a text finds: none for one with a NUL, of which no database has any."""
        if "\0" in search_term:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Act on the ticked rows; a tick that is no key of a row is a bad request."""
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(_may_be(self.model._meta.pk, key) for key in ticked):
            raise SuspiciousOperation("No row has such a key.")
        return super().response_action(request, *args, **kwargs)

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field of a form; where it suggests, a choice that can be none is refused like any wrong one."""
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = _Suggested(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Return the field of a form; of a moment, the day and the time are named each."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.SplitDateTimeField):
            for part, widget in zip((gettext("date"), gettext("time")), field.widget.widgets, strict=True):
                widget.attrs["aria-label"] = f"{field.label}: {part}"
        return field

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


class _Suggested(AutocompleteSelect):
    """A box that shows again what was chosen, unless that cannot be the key of a row."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Return the chosen row."""
        key = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [each for each in value if not each or _may_be(key, each)], attr)


def _may_be(key: Field[Any, Any], text: str) -> bool:
    """Return whether `text` can be a value of the field, in every database."""
    try:
        text.encode()
        key.run_validators(key.to_python(text))
    except (ValidationError, UnicodeEncodeError):
        return False
    return "\0" not in text


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
