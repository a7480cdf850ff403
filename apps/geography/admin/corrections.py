"""What staff changed of imported rows, beside what upstream says; staff give it back here."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import _get_foreign_key
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from apps.back_office import audit
from apps.back_office.audit import Changes
from apps.back_office.recorded import RecordedAdmin, author
from apps.imports.giveback import edits, give_back
from apps.imports.models.imported import ImportedRow

LANGUAGE_NAMES = dict(settings.LANGUAGES)
GAVE_ALL_BACK = "Gave all corrections back to upstream."
# Corrections that the page of confirmation shows.
SHOWN = 200


@dataclass(frozen=True)
class Correction:
    """A field that is staff's. id: "<model>:<primary key>:<field>"."""

    id: str
    label: str
    yours: Any
    upstream: Any


def corrections(rows: Iterable[ImportedRow], *, named: bool) -> Iterator[Correction]:
    """Yield what is staff's in the rows; `named` says of which row each is."""
    for row in rows:
        for field, yours, said in edits(row):
            label = field_label(row, field)
            yield Correction(
                f"{row._meta.model_name}:{row.pk}:{field}",
                f"{_name(row)}: {label}" if named else label,
                "nothing" if yours in (None, "", []) else yours,
                "nothing" if said in (None, "", []) else said,
            )


def _name(row: ImportedRow) -> str:
    """Return which row it is, with its language where it has one."""
    language = getattr(row, "language", None)
    return f"{row} ({language})" if language else str(row)


def field_label(row: ImportedRow, field: str) -> str:
    """Return what people call a field."""
    column: Any = row._meta.get_field(field)
    language = getattr(column, "language", None)
    return f"the name in {LANGUAGE_NAMES[language]}" if language else str(getattr(column, "verbose_name", field))


class CorrectionsAdmin(RecordedAdmin):
    """Pages that show corrections, and give them back one by one or many at once."""

    def get_urls(self) -> list[URLPattern]:
        """Add the button of the form."""
        view = self.admin_site.admin_view(require_POST(self.give_back))
        name = f"{self.opts.app_label}_{self.opts.model_name}_give_back"
        return [path("<path:object_id>/give-back/", view, name=name), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Add the corrections of the row and of those below it."""
        original = context.get("original")
        # After a refused save the row in memory is what was sent, not what is stored.
        if original is not None and request.method != "POST":
            below = [
                row
                for inline in context["inline_admin_formsets"]
                for form in inline.formset.initial_forms
                if isinstance(row := form.instance, ImportedRow)
            ]
            context["corrections"] = [*corrections([original], named=False), *corrections(below, named=True)]
        return super().render_change_form(request, context, *args, **kwargs)

    @transaction.atomic
    def give_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give the ticked corrections of one page back."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        tables: dict[str, QuerySet[Any]] = {str(self.opts.model_name): self.model._default_manager.filter(pk=row.pk)}
        for inline in self.get_inline_instances(request, row):
            key = _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name)
            tables[str(inline.opts.model_name)] = inline.model._default_manager.filter(**{key.name: row})
        count = 0
        fields: dict[tuple[str, str], list[str]] = {}
        given: dict[str, tuple[Any, Any]] = {}

        def note(each: ImportedRow, changes: Changes) -> None:
            below = "" if type(each) is self.model else f"{each._meta.verbose_name} {_name(each)}: "
            given.update({f"{below}{field}": values for field, values in changes.items()})

        for correction in request.POST.getlist("correction"):
            model, _, rest = correction.partition(":")
            pk, _, field = rest.rpartition(":")
            fields.setdefault((model, pk), []).append(field)
        for (model, pk), ticked in fields.items():
            # A key of the wrong kind was on no page.
            with suppress(KeyError, ValueError):
                count += len(ticked) * self._given_back(request, tables[model].filter(pk=pk), ticked, record=note)
        audit.changed(author(request), row, given, note=f"Gave {count} corrections back to upstream.")
        self.message_user(request, f"Given back to upstream: {count}.")
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
                self.message_user(request, f"Not given back: {message}", messages.ERROR)
            return 0
        for row, changes in said:
            record(row, changes)
        return count

    @admin.action(description="Give back to upstream what staff changed", permissions=["change"])
    def give_back_all(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Show the corrections of the rows first, then give all of them back."""
        # Whole rows: those of the list have only the columns that it shows.
        chosen = self.model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True)))
        if request.POST.get("confirmed"):
            by, entries = author(request), []
            with transaction.atomic():
                count = self._given_back(
                    request,
                    chosen,
                    record=lambda row, given: entries.append(audit.entry(by, row, given, note=GAVE_ALL_BACK)),
                )
                audit.record(entries)
            self.message_user(request, f"Given back to upstream: {count}.")
            return None
        found = list(corrections(chosen.iterator(chunk_size=200), named=True))
        pks = {correction.id.split(":")[1] for correction in found}
        context = {
            **self.admin_site.each_context(request),
            "title": "Give back to upstream",
            "opts": self.opts,
            "total": len(found),
            "corrections": found[:SHOWN],
            "chosen": sorted(pks),
        }
        return TemplateResponse(request, "admin/geography/give_back.html", context)
