"""What the pages of all imported tables have in common."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Field, JSONField, Model, QuerySet
from django.forms import BaseInlineFormSet
from django.forms import Field as FormField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from modeltranslation.admin import TranslationAdmin

from apps.back_office import audit
from apps.back_office.list_fields import WordsField
from apps.back_office.recorded import author
from apps.back_office.stale_forms import FreshAdmin, FreshForm
from apps.geography.admin.corrections import LANGUAGE_NAMES, CorrectionsAdmin
from apps.geography.admin.searched import SearchedAdmin
from apps.geography.admin.spreadsheets import SpreadsheetAdmin
from apps.geography.models import Country, Region
from apps.geography.names.languages import column, parents
from apps.imports.giveback import edits
from apps.imports.models.imported import ImportedRow
from apps.tenants.models import Tenant

PROVENANCE = ("withdrawn", "provenance")


class NarrowChangeList(ChangeList):
    """A list that loads the columns it shows, not ninety translations of each row."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: list[str | None] | None = None) -> QuerySet[Any]:
        """Return the rows with `narrow_columns` alone."""
        columns: Sequence[str] = self.model_admin.narrow_columns  # type: ignore[attr-defined]
        return super().get_queryset(request, exclude_parameters).only(*columns)


class CountryFilter(admin.SimpleListFilter):
    """The country, by name."""

    title = "country"
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return every country; one query of two columns."""
        return list(Country.objects.order_by("name_en").values_list("code", "name_en"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the country chosen."""
        return queryset.filter(country=self.value()) if self.value() else queryset


class RegionFilter(admin.SimpleListFilter):
    """The region of the world."""

    title = "region"
    parameter_name = "region"
    path = "regions"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return every region; one query of two columns."""
        return list(Region.objects.order_by("name_en").values_list("code", "name_en"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the region chosen."""
        return queryset.filter(**{self.path: self.value()}) if self.value() else queryset


class HiddenFilter(admin.SimpleListFilter):
    """Whether a row is in the lists."""

    title = "hidden"
    parameter_name = "hidden"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return yes and no."""
        return [("no", "No"), ("yes", "Yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that are, or are not, kept out of the lists."""
        return queryset.filter(withdrawn_on__isnull=self.value() == "no") if self.value() else queryset


class ImportedRows(BaseInlineFormSet[Any, Any, Any]):
    """Rows below another one; the next import would bring deleted ones of upstream's back, so they stay."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer deletion for staff's own rows alone."""
        super().add_fields(form, index)
        if form.instance.upstream is not None and "DELETE" in form.fields:
            form.fields["DELETE"].disabled = True


class ImportedInline(admin.TabularInline[Any, Any]):
    """Rows below another one, with columns of their own."""

    form = FreshForm
    formset = ImportedRows
    extra = 0

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the hidden field that keeps an old page from saving."""
        fields = super().get_fields(request, obj)
        return (*fields, "seen") if self.has_change_permission(request, obj) else fields


class ImportedAdmin(SearchedAdmin, CorrectionsAdmin, SpreadsheetAdmin, FreshAdmin):
    """Rows that imports write and staff correct. Staff hide a row of upstream's; they delete only their own."""

    key = "code"
    narrow_columns: Sequence[str] = ()
    readonly_fields = PROVENANCE
    formfield_overrides: ClassVar = {JSONField: {"form_class": WordsField}}
    actions = ("hide", "show", "give_back_all", "export")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the narrow list."""
        return NarrowChangeList

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Fix the key of a row that exists: others refer to it."""
        fields = super().get_readonly_fields(request, obj)
        return (self.key, *fields) if obj else fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow it for one row at a time, and only where staff created it."""
        return obj is not None and obj.upstream is None and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave a row alone that its form does not change: its date of change is part of the API."""
        if form.has_changed() or not change:
            super().save_model(request, obj, form, change)

    @admin.display(description="Where it comes from")
    def provenance(self, row: ImportedRow) -> str:
        """Tell in words who wrote the row."""
        if row.upstream is None:
            return "Staff created it; imports leave it alone."
        return "Imported; what staff changed stands above." if any(edits(row)) else "Imported, and as upstream has it."

    @admin.display(description="In the lists")
    def withdrawn(self, row: ImportedRow) -> str:
        """Tell in words whether the lists have the row."""
        return f"No, hidden since {date_format(row.withdrawn_on)}." if row.withdrawn_on else "Yes."

    @admin.display(description="In the lists", boolean=True, ordering="withdrawn_on")
    def is_listed(self, row: ImportedRow) -> bool:
        """Return whether the lists have the row."""
        return row.withdrawn_on is None

    @admin.action(description="Hide from every list", permissions=["change"])
    def hide(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Keep the rows out of every list from today."""
        today = timezone.now().date()
        count = audit.update(author(request), rows.filter(withdrawn_on=None), withdrawn_on=today)
        self.message_user(request, f"{count} hidden from every list.")

    @admin.action(description="Show in the lists again", permissions=["change"])
    def show(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Put the rows back into the lists."""
        count = audit.update(author(request), rows.exclude(withdrawn_on=None), withdrawn_on=None)
        self.message_user(request, f"{count} shown again.")


class NamedAdmin(ImportedAdmin, TranslationAdmin[Any]):
    """Imported rows with a name in every language: those that tenants use are open, the others folded away."""

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return the declared groups with the names behind the first."""
        first, *rest = self.fieldsets or ()
        used = Tenant.objects.languages()
        names = [(column("name", code), code in used) for code in LANGUAGE_NAMES]
        return [
            first,
            (
                "Names",
                {
                    "fields": ["name_en", *(n for n, is_used in names if is_used and n != "name_en")],
                    "classes": ["names"],
                },
            ),
            (
                "Names in the languages that no tenant uses",
                {
                    "fields": [n for n, is_used in names if not is_used and n != "name_en"],
                    "classes": ["collapse", "names"],
                },
            ),
            *rest,
        ]

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> FormField | None:
        """Label a name with its language, and let its text run in its own direction."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        language = getattr(db_field, "language", None)
        if field and language:
            parent = parents(language)[-1]
            hint = f"as in {LANGUAGE_NAMES[parent]}" if parent != language else ""
            field.label, field.help_text = LANGUAGE_NAMES[language], ""
            field.widget.attrs.update(lang=language, dir="auto", placeholder=hint)
        return field
