"""What staff changed of imported rows, beside what upstream says; staff give it back here."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import _get_foreign_key
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, gettext_noop, ngettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.back_office.history import audit
from apps.back_office.history.audit import Changes
from apps.back_office.history.groups import Group
from apps.back_office.history.recorded import RecordedAdmin, author
from apps.back_office.history.undo import Outcome
from apps.back_office.lists import bulk
from apps.back_office.words.language_names import named_languages
from apps.back_office.words.model_words import field_label
from apps.back_office.words.numbers import grouped
from apps.geography.admin.origins import Correction, origins
from apps.imports.giveback import edits, give_back, take_back
from apps.imports.models.imported import ImportedRow

GAVE_ALL_BACK = gettext_noop("Gave all corrections back to upstream.")
# Corrections that the page of confirmation shows.
SHOWN = 200


def corrections(rows: Iterable[ImportedRow], *, named: bool) -> Iterator[Correction]:
    """Yield what is staff's in the rows; `named` says of which row each is."""
    for row in rows:
        for field, yours, said in edits(row):
            label = field_label(type(row), field)
            yield Correction(
                f"{row._meta.model_name}:{row.pk}:{field}",
                f"{_name(row)}: {label}" if named else label,
                gettext("nothing") if yours in (None, "", []) else yours,
                gettext("nothing") if said in (None, "", []) else said,
            )


def _name(row: ImportedRow) -> str:
    """Return which row it is, with its language where it has one."""
    language = getattr(row, "language", None)
    return f"{row} ({language})" if language else str(row)


def given_back(count: int) -> str:
    """Return how many fields have been given back, in words."""
    said = ngettext("Given back to upstream: {number} field.", "Given back to upstream: {number} fields.", count)
    return said.format(number=grouped(count))


class CorrectionsAdmin(RecordedAdmin):
    """Pages that show corrections, and give them back one by one or many at once."""

    def has_correct_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may change whole rows."""
        return self.has_change_permission(request)

    def get_urls(self) -> list[URLPattern]:
        """Add the button of the form."""
        view = self.admin_site.admin_view(require_POST(self.give_back))
        name = f"{self.opts.app_label}_{self.opts.model_name}_give_back"
        return [path("<path:object_id>/give-back/", view, name=name), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Add the corrections of the row and of those below it."""
        original = context.get("original")
        context["may_give_back"] = self.has_change_permission(request, original) and self.has_correct_permission(
            request
        )
        context["known_languages"] = named_languages()
        # After a refused save the row in memory is what was sent, not what is stored.
        if original is not None and request.method != "POST":
            below = [
                row
                for inline in context["inline_admin_formsets"]
                for form in inline.formset.initial_forms
                if isinstance(row := form.instance, ImportedRow)
            ]
            context["corrections"] = [*corrections([original], named=False), *corrections(below, named=True)]
            context["origins"] = origins(original, below, context["corrections"])
            original.corrected = len(context["corrections"])
        return super().render_change_form(request, context, *args, **kwargs)

    @transaction.atomic
    def give_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give the ticked corrections of one page back."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not (self.has_change_permission(request, row) and self.has_correct_permission(request)):
            raise PermissionDenied
        tables: dict[str, QuerySet[Any]] = {str(self.opts.model_name): self.model._default_manager.filter(pk=row.pk)}
        for inline in self.get_inline_instances(request, row):
            key = _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name)
            tables[str(inline.opts.model_name)] = inline.model._default_manager.filter(**{key.name: row})
        fields: dict[tuple[str, str], list[str]] = {}
        given: dict[str, tuple[Any, Any]] = {}
        undo: list[Group] = []

        def note(each: ImportedRow, changes: Changes) -> None:
            with override(settings.LANGUAGE_CODE):
                below = "" if type(each) is self.model else f"{each._meta.verbose_name} {_name(each)}: "
            given.update({f"{below}{field}": values for field, values in changes.items()})
            undo.append(Group.of(each, changes))

        for correction in request.POST.getlist("correction"):
            model, _, rest = correction.partition(":")
            pk, _, field = rest.rpartition(":")
            fields.setdefault((model, pk), []).append(field)
        for (model, pk), ticked in fields.items():
            # A key of the wrong kind was on no page.
            with suppress(KeyError, ValueError):
                self._given_back(request, tables[model].filter(pk=pk), ticked, record=note)
        count = f"{len(given)} {'field' if len(given) == 1 else 'fields'}"
        audit.changed(author(request), row, given, undo=undo, note=f"Gave {count} back to upstream.", given_back=True)
        bulk.done(self, request, given_back(len(given)))
        return HttpResponseRedirect(
            reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])
        )

    def _given_back(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        fields: list[str] | None = None,
        *,
        record: Callable[[ImportedRow, Changes], object],
    ) -> int:
        """Return how many rows were given back: none, and a message, where what stays would not fit.

        record: is told of each row what has changed.
        """
        said: list[tuple[ImportedRow, Changes]] = []
        try:
            count = give_back(rows, fields, record=lambda row, changes: said.append((row, changes)))
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, gettext("Not given back: {reason}").format(reason=message), messages.ERROR)
            return 0
        for row, changes in said:
            record(row, changes)
        return count

    def revert(self, request: HttpRequest, entry: LogEntry, group: Group) -> Outcome:
        """Make what was given back staff's again; anything else as it is."""
        about = entry.additional_data or {}
        if not (about.get("given_back") or about.get("taken_back")):
            return super().revert(request, entry, group)
        above = self.get_queryset(request).filter(pk=entry.object_pk).first()
        if above is None or not self.has_change_permission(request, above):
            return Outcome(left=1)
        row: Any = group.table._default_manager.filter(pk=group.keys[0]).first()
        # What upstream says is put as what is staff's is.
        if row is None or not take_back(row, group.before, group.after):
            return Outcome(left=1)
        changes = {name: (group.after[name], yours) for name, yours in group.before.items()}
        note = f"Undid what was given back on {entry.timestamp:%Y-%m-%d %H:%M} UTC."
        if about.get("taken_back"):
            note = f"Gave back again what was undone on {entry.timestamp:%Y-%m-%d %H:%M} UTC."
        way: dict[str, Any] = {"given_back": True} if about.get("taken_back") else {"taken_back": True}
        audit.changed(author(request), above, changes, undo=[group.reverse], note=note, **way)
        return Outcome(undone=1)

    @admin.action(description=_("Give back to upstream what staff changed"), permissions=["correct"])
    def give_back_all(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Show the corrections of the rows first, then give all of them back."""
        # Whole rows: those of the list have only the columns that it shows.
        chosen = self.model._default_manager.filter(pk__in=rows.order_by().values("pk")).exclude(upstream=None)
        total, shown = 0, []
        for correction in corrections(chosen.iterator(chunk_size=200), named=True):
            total += 1
            if total <= SHOWN:
                shown.append(correction)
        question = ngettext(
            "Give {number} corrected field back? What upstream says takes its place, and no import keeps it then.",
            "Give {number} corrected fields back? What upstream says takes their place, and the next import keeps none "
            "of them.",
            total,
        ).format(number=grouped(total))
        page = bulk.ask(
            self,
            request,
            chosen,
            question=question,
            button=gettext("Give back"),
            count=total,
            template="admin/geography/give_back.html",
            total=total,
            corrections=shown,
        )
        if page:
            return page
        by, fields = author(request), 0

        def record(row: ImportedRow, given: Changes) -> None:
            nonlocal fields
            fields += len(given)
            undo = [Group.of(row, given)]
            audit.record([audit.entry(by, row, given, undo=undo, note=GAVE_ALL_BACK, given_back=True)])

        with transaction.atomic():
            self._given_back(request, chosen, record=record)
        bulk.done(self, request, given_back(fields))
        return None
