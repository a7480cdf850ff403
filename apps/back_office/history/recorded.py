"""Pages of the back office whose writes are in the history, and that show it."""

from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlencode

from auditlog.models import LogEntry
from axes.helpers import get_client_ip_address
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, override
from django.views.decorators.http import require_POST

from apps.back_office.history import audit, undo
from apps.back_office.history.audit import NOTHING, Author
from apps.back_office.history.existence import (
    SECRETS,
    Existence,
    Stored,
    bring_back,
    stored,
    take_away,
    with_dependents,
)
from apps.back_office.history.groups import Group, groups, plain
from apps.back_office.history.undo import Outcome
from apps.back_office.history.words import name_entries
from apps.back_office.lists import bulk
from apps.back_office.lists.closed_filters import ClosedFilters
from apps.back_office.templatetags.history import who
from apps.back_office.words.numbers import grouped

# What forms have besides the fields of their row.
NO_FIELDS = frozenset({"seen", "DELETE", "ORDER", "usable_password", "set_usable_password", "password2"})
# And what they call otherwise than the row.
CALLED = {"password1": "password"}
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


class FormChanges(dict[str, tuple[Any, Any]]):
    """What a form has changed, in words, by field. `undo`, `existence`: what would put it back."""

    undo: list[Group]
    existence: Existence


class RecordedAdmin(ClosedFilters):
    """A page whose forms record what they change; what an action does, the action records itself.

    is_undoable: whether staff may undo such a change by a click.
    """

    is_undoable = True

    def get_urls(self) -> list[URLPattern]:
        """Add the button that undoes."""
        view = self.admin_site.admin_view(require_POST(self.undo_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_undo"
        return [path("undo/<int:entry>/", view, name=name), *super().get_urls()]

    def undo_view(self, request: HttpRequest, entry: int) -> HttpResponse:
        """Undo one change, with `?all=1` all that were made of this table by the same click."""
        chosen = get_object_or_404(LogEntry, pk=entry, content_type=ContentType.objects.get_for_model(self.model))
        if not (self.is_undoable and self.has_change_permission(request)):
            raise PermissionDenied
        entries = [chosen]
        if request.GET.get("all") and chosen.cid:
            same = LogEntry.objects.filter(cid=chosen.cid, actor=chosen.actor_id, content_type=chosen.content_type_id)
            entries = list(same.order_by("-pk"))
        self._undo_all(request, entries)
        referrer = request.META.get("HTTP_REFERER", "")
        is_ours = url_has_allowed_host_and_scheme(referrer, {request.get_host()})
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return HttpResponseRedirect(referrer if is_ours else back)

    def _undo_all(self, request: HttpRequest, entries: list[LogEntry]) -> None:
        undone = left = 0
        try:
            with transaction.atomic():
                for entry in entries:
                    outcomes = [self.revert_existence(request, entry)]
                    outcomes += [self.revert(request, entry, group) for group in groups(entry)]
                    undone += sum(outcome.undone for outcome in outcomes)
                    left += sum(outcome.left for outcome in outcomes)
        except ValidationError as error:
            for said in error.messages:
                self.message_user(request, gettext("Not undone: {reason}").format(reason=said), messages.ERROR)
            return
        if undone:
            self.message_user(request, gettext("Undone: {number}.").format(number=grouped(undone)), messages.SUCCESS)
        if left or not undone:
            said = gettext("{number} left as they are: they have been changed since, or are no longer there.")
            said = said.format(number=grouped(left)) if left else gettext("There is nothing to undo.")
            self.message_user(request, said, messages.WARNING)

    def revert(self, request: HttpRequest, entry: LogEntry, group: Group) -> Outcome:
        """Put back what one group says, in rows that this user may change; raises ValidationError."""
        if group.table is self.model:
            rows = self.model._base_manager.filter(pk__in=self.get_queryset(request).order_by().values("pk"))
            if len(group.keys) == 1:
                row = rows.filter(pk=group.keys[0]).first()
                if row is None or not self.has_change_permission(request, row):
                    return Outcome(left=1)
            return undo.revert(entry, group, rows, author(request))
        if entry.action == audit.Action.DELETE:
            # Others referred to the row, which is there again.
            page = self.admin_site._registry.get(group.table)
            if page is None or not page.has_change_permission(request):
                return Outcome(left=len(group.keys))
            return undo.revert(entry, group, group.table._base_manager.all(), author(request))
        below = {inline.model: inline for inline in self.inlines}
        above = self.get_queryset(request).filter(pk=entry.object_pk).first()
        if group.table not in below or above is None or not self.has_change_permission(request, above):
            return Outcome(left=len(group.keys))
        key = _get_foreign_key(self.model, group.table, fk_name=below[group.table].fk_name)
        return undo.revert(entry, group, group.table._base_manager.filter(**{key.name: above}), author(request))

    def revert_existence(self, request: HttpRequest, entry: LogEntry) -> Outcome:
        """Bring back the rows that a change deleted, and take away those that it added; raises ValidationError.

        Only what this user could have added, deleted or, of rows below another one, changed.
        """
        known = Existence.of(entry)
        if not known:
            return Outcome()
        if entry.action == audit.Action.DELETE:
            return self._bring_back(request, entry, known)
        row = self.get_queryset(request).filter(pk=entry.object_pk).first()
        if row is None:
            return Outcome(left=1)
        if entry.action == audit.Action.CREATE:
            return self._take_away(request, entry, known, row)
        return self._revert_below(request, entry, known, row)

    def _bring_back(self, request: HttpRequest, entry: LogEntry, known: Existence) -> Outcome:
        if not self.has_add_permission(request):
            return Outcome(left=1)
        back, *_ = bring_back(known.deleted)
        if not self.get_queryset(request).filter(pk=back.pk).exists():
            raise PermissionDenied
        came, note = Existence(added=known.deleted), undo.note(entry)
        audit.added(author(request), back, existence=came, note=note, **self.about(back))
        return Outcome(undone=1)

    def _take_away(self, request: HttpRequest, entry: LogEntry, known: Existence, row: Any) -> Outcome:
        if not self.has_delete_permission(request, row):
            return Outcome(left=1)
        changes = {name: (value, None) for name, value in audit.contents(row).items()}
        if take_away(known.added) is None:
            return Outcome(left=1)
        said = {"existence": Existence(deleted=known.added), "note": undo.note(entry), **self.about(row)}
        audit.record([audit.entry(author(request), row, changes, action=audit.Action.DELETE, **said)])
        return Outcome(undone=1)

    def _revert_below(self, request: HttpRequest, entry: LogEntry, known: Existence, row: Any) -> Outcome:
        """Take away the rows below `row` that a change added, and bring back those that it deleted."""
        if not self.has_change_permission(request, row):
            return Outcome(left=1)
        taken = [(kept, gone) for kept in known.added if (gone := take_away([kept])) is not None]
        come = bring_back(known.deleted)
        with override(settings.LANGUAGE_CODE):
            words = {
                f"{_named(each)} {name}": (value, None)
                for _, each in taken
                for name, value in audit.contents(each).items()
            }
            words |= {
                f"{_named(each)} {name}": (None, value) for each in come for name, value in audit.contents(each).items()
            }
        existence = Existence(added=known.deleted, deleted=[kept for kept, _ in taken])
        note = undo.note(entry)
        audit.changed(author(request), row, words, existence=existence, note=note, **self.about(row))
        return Outcome(undone=len(taken) + len(come), left=len(known.added) - len(taken))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Remember the rows that are about to go."""
        gone = [each.instance.pk for each in getattr(formset, "deleted_forms", ()) if each.instance.pk]
        formset.lost = stored(formset.model._base_manager.filter(pk__in=gone)) if gone else []
        super().save_formset(request, form, formset, change)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Return what the form and its inline rows changed, as `log_addition` and `log_change` record it."""
        # The history is in one language, whoever has written it.
        with override(settings.LANGUAGE_CODE):
            return self._changes(form, formsets, add=add)

    def _changes(self, form: Any, formsets: Any, *, add: bool) -> FormChanges:
        changes = FormChanges(_added(form) if add else _changed(form))
        changes.undo = [] if add else _undo(form)
        changes.existence = Existence()
        for formset in formsets or ():
            changes |= _changed_below(formset)
            forms_of = {id(each.instance): each for each in formset.forms}
            changes.undo += [group for row, _ in formset.changed_objects for group in _undo(forms_of[id(row)])]
            new = [row.pk for row in formset.new_objects]
            changes.existence.added += stored(formset.model._base_manager.filter(pk__in=new)) if new else []
            changes.existence.deleted += getattr(formset, "lost", [])
        return changes

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Record a new row; `message` are the Changes of `construct_change_message`."""
        added: Stored = []
        if self.is_undoable and self.has_delete_permission(request, obj):
            added, _ = with_dependents(type(obj)._base_manager.get(pk=obj.pk))
        by, existence = author(request), Existence(added=added)
        audit.record(
            [audit.entry(by, obj, message, action=audit.Action.CREATE, existence=existence, **self.about(obj))]
        )

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Record what has changed of a row, if anything has."""
        undoing = getattr(message, "undo", ()) if self.is_undoable else ()
        existence = getattr(message, "existence", None) if self.is_undoable else None
        audit.changed(author(request), obj, message, undo=undoing, existence=existence, **self.about(obj))

    def about(self, obj: Any) -> dict[str, Any]:
        """Return what the history shall know of a row besides what changed."""
        return {}

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> Any:
        """Record rows that are about to be deleted."""
        audit.deleted(author(request), queryset, is_undoable=self.is_undoable)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        """Say what is deleted, with a button that brings it back."""
        response = super().response_delete(request, obj_display, obj_id)
        if self.is_undoable:
            # In the place of what Django says of it.
            list(messages.get_messages(request))
            bulk.done(self, request, gettext("{name} deleted.").format(name=obj_display))
        return response

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Say who deleted the row, with the way to bring it back, to whoever sees that in the history."""
        page = admin.site._registry[LogEntry]
        kind = ContentType.objects.get_for_model(self.model)
        gone = page.get_queryset(request).filter(
            content_type=kind, object_pk=unquote(object_id).replace("\0", ""), action=LogEntry.Action.DELETE
        )
        entry: Any = gone.order_by("-pk").first() if page.has_view_permission(request) else None
        if entry is None:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc,no-any-return]
        said = gettext("{name} was deleted by {person}, and nothing was saved. Undo that in the history, and go back.")
        said = said.format(name=entry.object_repr, person=who(entry))
        self.message_user(request, said, messages.WARNING)
        listed_there = reverse("admin:auditlog_logentry_changelist")
        return HttpResponseRedirect(f"{listed_there}?{urlencode({'q': entry.object_repr})}")

    def entries(self, request: HttpRequest, obj: Any) -> QuerySet[LogEntry]:
        """Return the history of a row."""
        return entries_of(self.model, obj.pk, request)

    def tell(self, entries: list[LogEntry], obj: Any) -> None:
        """Say more of entries that are shown."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the history of one row."""
        response = super().history_view(request, object_id, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            obj = response.context_data["object"]
            paginator = self.get_paginator(request, self.entries(request, obj), ENTRIES_PER_PAGE)
            page = paginator.get_page(request.GET.get(PAGE_VAR, 1))
            page.object_list = list(page.object_list)
            name_entries(page.object_list)
            self.tell(page.object_list, obj)
            response.context_data |= {
                "action_list": page,
                "page_range": paginator.get_elided_page_range(page.number),
                "pagination_required": paginator.count > ENTRIES_PER_PAGE,
            }
        return response


def entries_of(model: type[Model], pk: Any, request: HttpRequest | None = None) -> QuerySet[LogEntry]:
    """Return the entries of one row, newest first."""
    kind = ContentType.objects.get_for_model(model)
    entries: QuerySet[LogEntry] = LogEntry.objects.filter(content_type=kind, object_pk=str(pk))
    return listed(entries, request)


def listed(entries: Any, request: HttpRequest | None = None) -> QuerySet[LogEntry]:
    """Return entries newest first, and `is_last`: whether the user can undo it and nothing has come after it.

    Without the column that says how: it has the keys of every row of an action.
    """
    later = LogEntry.objects.filter(
        content_type=OuterRef("content_type"), object_pk=OuterRef("object_pk"), pk__gt=OuterRef("pk")
    )
    is_last: Any = Q(serialized_data__isnull=False) & (Q(object_pk="") | ~Exists(later))
    if request is not None:
        pages = admin.site._registry.items()
        own = [m for m, page in pages if getattr(page, "is_undoable", False) and page.has_change_permission(request)]
        is_last &= Q(content_type__in=[kind.pk for kind in ContentType.objects.get_for_models(*own).values()])
    entries = entries.select_related("actor", "content_type").defer("serialized_data")
    return cast(QuerySet[LogEntry], entries.annotate(is_last=is_last).order_by("-timestamp", "-pk"))


def _added(form: Any) -> Iterable[tuple[str, tuple[Any, Any]]]:
    for name, new in form.cleaned_data.items():
        text = in_words(form.fields.get(name), new)
        if name not in NO_FIELDS and text not in NOTHING:
            yield CALLED.get(name, name), (None, text)


def _changed(form: Any) -> Iterable[tuple[str, tuple[Any, Any]]]:
    for name in form.changed_data:
        if name not in NO_FIELDS:
            field = form.fields.get(name)
            yield name, (in_words(field, form.initial.get(name)), in_words(field, form.cleaned_data.get(name)))


def _undo(form: Any) -> list[Group]:
    """Return what would put back the fields that a form has changed; nothing where not all of them can be."""
    row, changes = getattr(form, "instance", None), {}
    if row is None:
        return []
    fields = {field.name: field for field in (*row._meta.concrete_fields, *row._meta.many_to_many)}
    for name in form.changed_data:
        if name in NO_FIELDS:
            continue
        if name not in fields or name in SECRETS:
            return []
        old, new = form.initial.get(name), form.cleaned_data.get(name)
        if fields[name].many_to_many:
            changes[name] = _keys(old), _keys(new)
        else:
            changes[name] = old, fields[name].value_from_object(row)
    return [Group.of(row, changes)] if changes else []


def _keys(rows: Any) -> list[Any]:
    return sorted(plain(row) for row in rows or ())


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


def in_words(field: forms.Field | None, value: Any) -> Any:
    """Return a form's value in words: rows by their names instead of their keys."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return sorted(str(row) for row in value or ())
    if isinstance(field, forms.ModelChoiceField) and value not in NOTHING and not isinstance(value, Model):
        try:
            return str(field.to_python(value))
        except forms.ValidationError:
            return value
    return value
