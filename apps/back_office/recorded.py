"""Pages of the back office whose writes are in the history, and that show it."""

from collections.abc import Iterable
from typing import Any, cast

from auditlog.models import LogEntry
from axes.helpers import get_client_ip_address
from django import forms
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from apps.back_office import audit
from apps.back_office.audit import NOTHING, Author
from apps.back_office.closed_filters import ClosedFilters

# What forms have besides the fields of their row.
NO_FIELDS = frozenset({"seen", "DELETE", "ORDER", "usable_password"})
ENTRIES_PER_PAGE = 100


def author(request: HttpRequest) -> Author:
    """Return who uses the back office, and from where: the address by which django-axes counts wrong passwords."""
    user = cast(User, request.user)
    return Author(
        {"user": user.get_username()},
        user_id=user.pk,
        address=get_client_ip_address(request) or "",
        request_id=getattr(request, "request_id", None),
    )


class RecordedAdmin(ClosedFilters):
    """A page whose forms record what they change; what an action does, the action records itself."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Return what the form and its inline rows changed, as `log_addition` and `log_change` record it."""
        changes = dict(_added(form) if add else _changed(form))
        for formset in formsets or ():
            changes |= _changed_below(formset)
        return changes

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Record a new row; `message` are the Changes of `construct_change_message`."""
        audit.record([audit.entry(author(request), obj, message, action=audit.Action.CREATE)])

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Record what has changed of a row, if anything has."""
        audit.changed(author(request), obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> Any:
        """Record rows that are about to be deleted."""
        audit.deleted(author(request), queryset)

    def entries(self, obj: Any) -> QuerySet[LogEntry]:
        """Return the history of a row."""
        return entries_of(self.model, obj.pk)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the history of one row."""
        response = super().history_view(request, object_id, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            obj = response.context_data["object"]
            paginator = self.get_paginator(request, self.entries(obj), ENTRIES_PER_PAGE)
            page = paginator.get_page(request.GET.get(PAGE_VAR, 1))
            response.context_data |= {
                "action_list": page,
                "page_range": paginator.get_elided_page_range(page.number),
                "pagination_required": paginator.count > ENTRIES_PER_PAGE,
            }
        return response


def entries_of(model: type[Model], pk: Any) -> QuerySet[LogEntry]:
    """Return the entries of one row, newest first."""
    kind = ContentType.objects.get_for_model(model)
    entries: QuerySet[LogEntry] = LogEntry.objects.filter(content_type=kind, object_pk=str(pk))
    return entries.select_related("actor", "content_type").order_by("-timestamp", "-pk")


def _added(form: Any) -> Iterable[tuple[str, tuple[Any, Any]]]:
    for name, new in form.cleaned_data.items():
        text = _said(form.fields.get(name), new)
        if name not in NO_FIELDS and text not in NOTHING:
            yield name, (None, text)


def _changed(form: Any) -> Iterable[tuple[str, tuple[Any, Any]]]:
    for name in form.changed_data:
        if name not in NO_FIELDS:
            field = form.fields.get(name)
            yield name, (_said(field, form.initial.get(name)), _said(field, form.cleaned_data.get(name)))


def _changed_below(formset: Any) -> dict[str, tuple[Any, Any]]:
    """Return what has changed of inline rows, each field named after its row."""
    forms_of = {id(form.instance): form for form in formset.forms}
    changes: dict[str, tuple[Any, Any]] = {}
    for row in formset.new_objects:
        changes |= {f"{_named(row)} {name}": (None, value) for name, value in audit.contents(row).items()}
    for row, _ in formset.changed_objects:
        changes |= {f"{_named(row)} {name}": values for name, values in _changed(forms_of[id(row)])}
    for row in formset.deleted_objects:
        changes |= {f"{_named(row)} {name}": (value, None) for name, value in audit.contents(row).items()}
    return changes


def _named(row: Model) -> str:
    language = getattr(row, "language", "")
    return f"{row._meta.verbose_name} {row}{f' ({language})' if language else ''}:"


def _said(field: forms.Field | None, value: Any) -> Any:
    """Return a form's value in words: rows by their names instead of their keys."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return sorted(str(row) for row in value or ())
    if isinstance(field, forms.ModelChoiceField) and value not in NOTHING and not isinstance(value, Model):
        try:
            return str(field.to_python(value))
        except forms.ValidationError:
            return value
    return value
