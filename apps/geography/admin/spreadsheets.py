"""Corrections by spreadsheet: staff export rows as CSV, and import the cells that they changed, as CSV or XLSX."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.back_office.history import audit
from apps.back_office.history.audit import Changes
from apps.back_office.history.groups import Group
from apps.back_office.history.recorded import RecordedAdmin, author
from apps.back_office.lists import bulk
from apps.back_office.words.numbers import grouped
from apps.geography.names.languages import column
from apps.imports.files import sheets
from apps.imports.files.sheets import restored
from apps.imports.files.source import BadSheet
from apps.imports.rules import legible, shown, wrong
from apps.tenants.models import Tenant

MOST_ROWS, MOST_BYTES = 10_000, 10 << 20
# Rows of an export in memory.
ROWS_AT_ONCE = 500
PLAIN = (models.CharField, models.IntegerField, models.FloatField, models.BooleanField)


class Echo:
    """What csv writes to, and gives back at once."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


class SpreadsheetForm(forms.Form):
    """A file of corrections."""

    file = forms.FileField(
        label=_("CSV or XLSX file"),
        help_text=format_lazy(
            _(
                "With the names of the columns in its first line, as the export writes them; CSV in UTF-8, parted by "
                "commas, semicolons or tabs. An empty cell is no edit. When anything is wrong, nothing is written. "
                "At most {rows} rows and {megabytes} MB."
            ),
            rows=lazy(grouped, str)(MOST_ROWS),
            megabytes=MOST_BYTES >> 20,
        ),
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is no file of corrections before any of it is read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(
                gettext("A file may have {number} MB; give fewer rows.").format(number=MOST_BYTES >> 20)
            )
        return file


def is_workbook(file: UploadedFile[Any]) -> bool:
    """Return whether a file is XLSX, by its name."""
    return (file.name or "").lower().endswith(".xlsx")


class SpreadsheetAdmin(RecordedAdmin):
    """Pages of a table whose rows are known by `key`; its plain columns go out as CSV and come in as CSV or XLSX."""

    key: str
    change_list_template = "admin/geography/imported_change_list.html"

    def has_correct_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may change whole rows."""
        return self.has_change_permission(request)

    def get_urls(self) -> list[URLPattern]:
        """Add the page that takes a file."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_spreadsheet"
        return [path("spreadsheet/", self.admin_site.admin_view(self.spreadsheet), name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Offer the page to those who may use it."""
        return super().changelist_view(
            request, {"may_correct": self.has_correct_permission(request), **(extra_context or {})}
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

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export(self, request: HttpRequest, rows: QuerySet[Any]) -> StreamingHttpResponse:
        """Return the plain columns of the rows, and their names in the languages that tenants use."""
        used = {column("name", code) for code in (*Tenant.objects.languages(), "en")}
        names = [name for name, field in self._columns().items() if name in used or not hasattr(field, "language")]
        keys = list(rows.order_by(self.key).values_list("pk", flat=True))
        response = StreamingHttpResponse(self._lines(keys, names), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}.csv"'
        return response

    def _lines(self, keys: list[Any], names: list[str]) -> Iterator[str]:
        """Yield the file, some hundred rows at a time: that of all cities is larger than what a worker may hold."""
        echo = Echo()
        writer = csv.writer(echo)
        # Excel takes a file without the mark for one of its own encoding.
        yield "\ufeff" + writer.writerow([self.key, *names])
        for start in range(0, len(keys), ROWS_AT_ONCE):
            found = self._stored(self.model._default_manager.filter(pk__in=keys[start : start + ROWS_AT_ONCE]))
            rows = found.order_by(self.key).values_list(self.key, *names)
            yield "".join(
                writer.writerow([sheets.neutral(cell) if isinstance(cell, str) else cell for cell in row])
                for row in rows
            )

    def spreadsheet(self, request: HttpRequest) -> HttpResponse:
        """Take a file, and write all of it or nothing."""
        if not self.has_correct_permission(request):
            raise PermissionDenied
        form = SpreadsheetForm(request.POST or None, request.FILES or None)
        mistakes: list[str] = []
        if form.is_valid():
            with transaction.atomic():
                mistakes, changed = self._correct(form.cleaned_data["file"])
                self._record(request, changed, "XLSX" if is_workbook(form.cleaned_data["file"]) else "CSV")
                transaction.set_rollback(bool(mistakes))
            if not mistakes:
                bulk.done(
                    self, request, gettext("Corrected: {rows}.").format(rows=bulk.named(self.model, len(changed)))
                )
                return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Correct by spreadsheet: {tables}").format(tables=self.opts.verbose_name_plural),
            "opts": self.opts,
            "form": form,
            "wrong": mistakes,
            "columns": [self.key, *self._columns()],
        }
        return TemplateResponse(request, "admin/geography/spreadsheet.html", context)

    def _record(self, request: HttpRequest, changed: dict[Any, Changes], kind: str) -> None:
        """Note in the history of each row what the file changed."""
        by = author(request)
        rows = self.model._default_manager.filter(pk__in=list(changed)).iterator(chunk_size=500)
        audit.record(
            audit.entry(
                by,
                row,
                changed[row.pk],
                undo=[Group.of(row, changed[row.pk])],
                note=f"Changed by {kind}: {', '.join(changed[row.pk])}.",
            )
            for row in rows
        )

    def _correct(self, file: UploadedFile[Any]) -> tuple[list[str], dict[Any, Changes]]:
        """Write the file, and return what is wrong with it, and what of which rows changed."""
        mistakes: list[str] = []
        changed: dict[Any, Changes] = {}
        try:
            for line, key, cells in self._rows(file):
                try:
                    pk, changes = self._write(key, cells)
                except (ValidationError, IntegrityError) as error:
                    said = (
                        error.messages
                        if isinstance(error, ValidationError)
                        else [gettext("stands in another row already")]
                    )
                    mistakes += [
                        gettext("Line {number}: {message}").format(number=line, message=message) for message in said
                    ]
                    continue
                if changes:
                    changed[pk] = changes
        except ValidationError as error:
            mistakes.append(str(error.message))
        except BadSheet as error:
            mistakes.append(gettext("The file cannot be read: {reason}.").format(reason=error))
        return mistakes, changed

    def _rows(self, file: UploadedFile[Any]) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Yield line, key and what the filled cells say; raises ValidationError for what is no such table."""
        sheet = sheets.parse(cast(IO[bytes], file.file))
        header, known = sheet.header, self._columns()
        if header[:1] != [self.key] or len(set(header)) < len(header):
            raise ValidationError(
                gettext("Line {number}: the first column must be {name}, and each may stand once.").format(
                    number=sheet.line, name=self.key
                )
            )
        if unknown := [name for name in header[1:] if name not in known]:
            raise ValidationError(
                gettext("Line {number}: there is nothing to correct in {names}.").format(
                    number=sheet.line, names=", ".join(map(legible, unknown))
                )
            )
        seen = set()
        for number, (line, cells) in enumerate(sheet.rows):
            if number >= MOST_ROWS:
                raise ValidationError(
                    gettext("Line {number}: a file may have {rows} rows.").format(number=line, rows=grouped(MOST_ROWS))
                )
            key = restored(cells[0].strip())
            if len(cells) > len(header) or (len(cells) < len(header) and sheet.separator):
                raise ValidationError(
                    gettext("Line {number}: {key}: {cells} cells instead of {columns}.").format(
                        number=line, key=legible(key), cells=len(cells), columns=len(header)
                    )
                )
            if key in seen:
                raise ValidationError(
                    gettext("Line {number}: {key}: stands twice.").format(number=line, key=legible(key))
                )
            seen.add(key)
            values = {
                name: value
                for name, cell in zip(header[1:], cells[1:], strict=False)
                if (value := sheet.value(cell.strip(), known[name])) is not None
            }
            yield line, key, values

    @transaction.atomic
    def _write(self, key: str, cells: dict[str, Any]) -> tuple[Any, Changes]:
        """Write the cells of one row that differ, and return its primary key and what they change."""
        fields = self._columns()
        row: Any = None
        if "\0" not in key:
            with suppress(ValueError, OverflowError):
                row = self._stored(self.model._default_manager.filter(**{self.key: key})).only("pk", *cells).first()
        if row is None:
            raise ValidationError(
                gettext("{key}: there is no such {thing}.").format(key=legible(key), thing=self.opts.verbose_name)
            )
        values = {}
        for name, value in cells.items():
            tidy = row.rules.tidy(value) if isinstance(value, str) else value
            if getattr(row, name) in (value, tidy):
                continue
            if remedy := wrong(row.rules, fields[name], tidy):
                raise ValidationError(
                    gettext("{key}, {name}: it cannot be {value}; {remedy}.").format(
                        key=legible(key), name=name, value=shown(tidy), remedy=remedy
                    )
                )
            values[name] = tidy
        changes = {name: (getattr(row, name), value) for name, value in values.items()}
        if "name_en" in values:
            # modeltranslation's own column of the default language.
            values["name"] = values["name_en"]
        if values:
            self.refuse_correction(row)
            self._stored(self.model._default_manager.filter(pk=row.pk)).update(**values)
        return row.pk, changes

    def refuse_correction(self, row: Any) -> None:
        """Raise ValidationError where a row is not to be corrected."""

    def _stored(self, rows: Any) -> Any:
        """Return rows whose columns are those of the table, whatever language is active."""
        return rows.rewrite(False) if hasattr(rows, "rewrite") else rows  # noqa: FBT003
