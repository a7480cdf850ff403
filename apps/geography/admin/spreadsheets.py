"""Corrections by spreadsheet: staff export rows as CSV, and import the cells that they changed."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from apps.back_office import audit
from apps.back_office.audit import Changes
from apps.back_office.recorded import RecordedAdmin, author
from apps.geography.names.languages import column
from apps.tenants.models import Tenant

MOST_ROWS = 10_000
PLAIN = (models.CharField, models.IntegerField, models.FloatField, models.BooleanField)


class SpreadsheetForm(forms.Form):
    """A file of corrections."""

    file = forms.FileField(
        label="CSV file",
        help_text="UTF-8, with the names of the columns in its first line, as the export writes them. "
        "An empty cell is no edit. When anything is wrong, nothing is written.",
    )


class SpreadsheetAdmin(RecordedAdmin):
    """Pages of a table whose rows are known by `key`, and whose plain columns go out and come in as CSV."""

    key: str
    change_list_template = "admin/geography/imported_change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page that takes a file."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_spreadsheet"
        return [path("spreadsheet/", self.admin_site.admin_view(self.spreadsheet), name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Offer the page to those who may use it."""
        return super().changelist_view(
            request, {"may_correct": self.has_change_permission(request), **(extra_context or {})}
        )

    def _columns(self) -> dict[str, Any]:
        """Return the fields that a file may correct, by column."""
        fixed = {self.key, self.opts.pk.name, "withdrawn_on", "constant_number"}
        names = {field.name for field in self.opts.concrete_fields}
        translated = {name for name in names if f"{name}_en" in names}
        return {
            field.name: field
            for field in self.opts.concrete_fields
            if isinstance(field, PLAIN) and field.editable and field.name not in fixed | translated
        }

    @admin.action(description="Export as CSV", permissions=["view"])
    def export(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        """Return the plain columns of the rows, and their names in the languages that tenants use."""
        used = {column("name", code) for code in (*Tenant.objects.languages(), "en")}
        names = [name for name, field in self._columns().items() if name in used or not hasattr(field, "language")]
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}.csv"'
        # Excel takes a file without the mark for one of its own encoding.
        response.write("\ufeff")
        writer = csv.writer(response)
        writer.writerow([self.key, *names])
        chosen = self._stored(self.model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True))))
        writer.writerows(chosen.order_by(self.key).values_list(self.key, *names))
        return response

    def spreadsheet(self, request: HttpRequest) -> HttpResponse:
        """Take a file, and write all of it or nothing."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = SpreadsheetForm(request.POST or None, request.FILES or None)
        wrong: list[str] = []
        if form.is_valid():
            with transaction.atomic():
                wrong, changed = self._correct(form.cleaned_data["file"])
                self._record(request, changed)
                transaction.set_rollback(bool(wrong))
            if not wrong:
                self.message_user(request, f"{len(changed)} rows corrected.")
                return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Correct {self.opts.verbose_name_plural} by CSV",
            "opts": self.opts,
            "form": form,
            "wrong": wrong,
            "columns": [self.key, *self._columns()],
        }
        return TemplateResponse(request, "admin/geography/spreadsheet.html", context)

    def _record(self, request: HttpRequest, changed: dict[Any, Changes]) -> None:
        """Note in the history of each row what the file changed."""
        by = author(request)
        rows = self.model._default_manager.filter(pk__in=list(changed)).iterator(chunk_size=500)
        audit.record(
            audit.entry(by, row, changed[row.pk], note=f"Changed by CSV: {', '.join(changed[row.pk])}.") for row in rows
        )

    def _correct(self, file: UploadedFile[Any]) -> tuple[list[str], dict[Any, Changes]]:
        """Write the file, and return what is wrong with it, and what of which rows changed."""
        wrong: list[str] = []
        changed: dict[Any, Changes] = {}
        try:
            for line, key, cells in self._rows(file):
                try:
                    pk, changes = self._write(key, cells)
                except (ValidationError, IntegrityError) as error:
                    said = error.messages if isinstance(error, ValidationError) else ["stands in another row already"]
                    wrong += [f"Line {line}: {message}" for message in said]
                    continue
                if changes:
                    changed[pk] = changes
        except (ValidationError, UnicodeDecodeError, csv.Error) as error:
            wrong.append(
                str(error.message) if isinstance(error, ValidationError) else f"This is not CSV in UTF-8: {error}"
            )
        return wrong, changed

    def _rows(self, file: UploadedFile[Any]) -> Iterator[tuple[int, str, dict[str, str]]]:
        """Yield line, key and the cells that are not empty; raises ValidationError for what is no such table."""
        reader = csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline=""), strict=True)
        header = next(reader, [])
        known = self._columns()
        if header[:1] != [self.key] or len(set(header)) < len(header):
            raise ValidationError(f"Line 1: the first column must be {self.key}, and each may stand once.")
        if unknown := [name for name in header[1:] if name not in known]:
            raise ValidationError(f"Line 1: there is nothing to correct in {', '.join(unknown)}.")
        seen = set()
        for number, cells in enumerate(reader):
            if not any(cells):
                continue
            if number >= MOST_ROWS:
                raise ValidationError(f"Line {reader.line_num}: a file may have {MOST_ROWS:,} rows.")
            if len(cells) != len(header) or cells[0] in seen:
                why = f"{len(cells)} cells instead of {len(header)}" if len(cells) != len(header) else "stands twice"
                raise ValidationError(f"Line {reader.line_num}: {cells[0]}: {why}.")
            seen.add(cells[0])
            texts = dict(zip(header[1:], (cell.strip() for cell in cells[1:]), strict=True))
            yield reader.line_num, cells[0], {name: text for name, text in texts.items() if text}

    @transaction.atomic
    def _write(self, key: str, cells: dict[str, str]) -> tuple[Any, Changes]:
        """Write the cells of one row that differ, and return its primary key and what they change."""
        fields = self._columns()
        try:
            row = self._stored(self.model._default_manager.filter(**{self.key: key})).only("pk", *cells).first()
        except ValueError:
            row = None
        if row is None:
            raise ValidationError(f"{key}: there is no such {self.opts.verbose_name}.")
        values = {}
        for name, text in cells.items():
            try:
                value = fields[name].clean(text, row)
            except ValidationError as error:
                raise ValidationError([f"{key}, {name}: {message}" for message in error.messages]) from error
            if value != getattr(row, name):
                values[name] = value
        changes = {name: (getattr(row, name), value) for name, value in values.items()}
        if "name_en" in values:
            # modeltranslation's own column of the default language.
            values["name"] = values["name_en"]
        if values:
            self._stored(self.model._default_manager.filter(pk=row.pk)).update(**values)
        return row.pk, changes

    def _stored(self, rows: Any) -> Any:
        """Return rows whose columns are those of the table, whatever language is active."""
        return rows.rewrite(False) if hasattr(rows, "rewrite") else rows  # noqa: FBT003
