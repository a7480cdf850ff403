"""What the pages of all imported tables have in common."""

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Field, JSONField, Model, QuerySet
from django.forms import Field as FormField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from apps.back_office.forms.inputs import PlainTextInput
from apps.back_office.forms.list_fields import WordsField
from apps.back_office.forms.stale_forms import FreshAdmin
from apps.back_office.history import audit
from apps.back_office.history.existence import Existence
from apps.back_office.history.groups import Group
from apps.back_office.history.recorded import author
from apps.back_office.history.undo import Outcome
from apps.back_office.lists import bulk
from apps.back_office.words.language_names import LANGUAGE_NAMES, language_name
from apps.geography.admin.corrections import CorrectionsAdmin
from apps.geography.admin.inlines import languages_of, working_languages
from apps.geography.admin.named_lists import NamedLists
from apps.geography.admin.place_history import PlaceHistoryAdmin
from apps.geography.admin.searched import SearchedAdmin
from apps.geography.admin.spreadsheets import SpreadsheetAdmin
from apps.geography.models import City, CityName, Country, Region
from apps.geography.names.by_name import names_in_order
from apps.geography.names.languages import column, parents
from apps.geography.tree import UNPLACED, parts, within
from apps.imports.giveback import edits
from apps.imports.models.imported import ImportedRow

PROVENANCE = ("withdrawn", "provenance")


class CountryFilter(admin.SimpleListFilter):
    """The country, by name."""

    title = _("country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return every country; one query."""
        return names_in_order(Country.objects.all())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the country chosen."""
        return queryset.filter(country=self.value()) if self.value() else queryset


class WithinFilter(admin.SimpleListFilter):
    """The subdivision in which something lies, at any depth: numbers of the tree lead here."""

    title = _("subdivision")
    parameter_name = "within"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return what is asked for and nothing else; there are thousands."""
        code = self.used_parameters.get("within")
        return [(code, _("None") if code == UNPLACED else code)] if code else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the cities in it, or the subdivisions below it."""
        code = (self.value() or "").replace("\0", "")
        if not code:
            return queryset
        if queryset.model is City:
            return queryset.filter(within(code))
        return queryset.filter(pk__in=parts(code)).exclude(code=code)


class RegionFilter(admin.SimpleListFilter):
    """The region of the world."""

    title = _("region")
    parameter_name = "region"
    path = "regions"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return every region; one query."""
        return names_in_order(Region.objects.all())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the region chosen."""
        return queryset.filter(**{self.path: self.value()}) if self.value() else queryset


class HiddenFilter(admin.SimpleListFilter):
    """Whether a row is in the lists."""

    title = _("hidden")
    parameter_name = "hidden"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return yes and no."""
        return [("no", _("No")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that are, or are not, kept out of the lists."""
        return queryset.filter(withdrawn_on__isnull=self.value() == "no") if self.value() else queryset


class ImportedAdmin(NamedLists, SearchedAdmin, PlaceHistoryAdmin, CorrectionsAdmin, SpreadsheetAdmin, FreshAdmin):
    """Rows that imports write and staff correct. Staff hide a row of upstream's; they delete only their own."""

    key = "code"
    readonly_fields: ClassVar[tuple[str, ...]] = PROVENANCE
    formfield_overrides: ClassVar = {JSONField: {"form_class": WordsField}}
    actions: Sequence[Any] = ("hide", "show", "give_back_all", "export")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Fix the key of a row that exists: others refer to it."""
        fields = super().get_readonly_fields(request, obj)
        own = languages_of(request)
        if own is not None:
            names = {column("name", code) for code in own}
            shown = flatten_fieldsets(self.get_fieldsets(request, obj))
            return tuple(dict.fromkeys((*fields, *(name for name in shown if name not in names))))
        return (self.key, *fields) if obj else fields

    def revert(self, request: HttpRequest, entry: LogEntry, group: Group) -> Outcome:
        """Leave alone what the user could not have changed."""
        own = languages_of(request)
        if own is not None and not _is_in(own, group):
            return Outcome(left=len(group.keys))
        return super().revert(request, entry, group)

    def revert_existence(self, request: HttpRequest, entry: LogEntry) -> Outcome:
        """Leave it to those who may add and delete rows."""
        if Existence.of(entry) and languages_of(request) is not None:
            return Outcome(left=1)
        return super().revert_existence(request, entry)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow it for one row at a time, and only where staff created it."""
        return obj is not None and obj.upstream is None and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave a row alone that its form does not change: its date of change is part of the API."""
        if form.has_changed() or not change:
            super().save_model(request, obj, form, change)

    @admin.display(description=_("Where it comes from"))
    def provenance(self, row: ImportedRow) -> str:
        """Tell in words who wrote the row."""
        if row.upstream is None:
            return gettext("Staff created it; imports leave it alone.")
        count = row.corrected if hasattr(row, "corrected") else len(list(edits(row)))
        if not count:
            return gettext("Imported, and as upstream has it.")
        return ngettext(
            "Imported. {number} field is yours; the rest is as upstream has it.",
            "Imported. {number} fields are yours; the rest is as upstream has it.",
            count,
        ).format(number=count)

    @admin.display(description=_("In the lists"))
    def withdrawn(self, row: ImportedRow) -> str:
        """Tell in words whether the lists have the row."""
        if not row.withdrawn_on:
            return gettext("Yes.")
        return gettext("No, hidden since {date}.").format(date=date_format(row.withdrawn_on))

    @admin.display(description=_("In the lists"), boolean=True, ordering="withdrawn_on")
    def is_listed(self, row: ImportedRow) -> bool:
        """Return whether the lists have the row."""
        return row.withdrawn_on is None

    def has_correct_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may change more than names in languages of their own."""
        return self.has_change_permission(request) and languages_of(request) is None

    @admin.action(description=_("Hide from every list"), permissions=["correct"])
    def hide(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Keep the rows out of every list from today."""
        shown = rows.filter(withdrawn_on=None)
        question = gettext("Hide {rows} from every list? No caller of any tenant sees them from now on.")
        if page := bulk.ask(self, request, shown, question=question, button=gettext("Hide")):
            return page
        count = audit.update(author(request), shown, withdrawn_on=timezone.now().date())
        bulk.done(self, request, gettext("{rows} hidden from every list.").format(rows=bulk.named(self.model, count)))
        return None

    def showable(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of the rows that are hidden, and may be shown."""
        return rows.exclude(withdrawn_on=None)

    @admin.action(description=_("Show in the lists again"), permissions=["correct"])
    def show(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Put the rows back into the lists."""
        hidden = self.showable(request, rows)
        question = gettext("Show {rows} in the lists again? Callers of every tenant that shows such a place see them.")
        if page := bulk.ask(self, request, hidden, question=question, button=gettext("Show")):
            return page
        count = audit.update(author(request), hidden, withdrawn_on=None)
        bulk.done(self, request, gettext("{rows} shown again.").format(rows=bulk.named(self.model, count)))
        return None


def _is_in(languages: set[str], group: Group) -> bool:
    """Return whether a group has names in these languages and nothing else."""
    if group.table is not CityName:
        return group.before.keys() <= {column("name", code) for code in languages}
    others = CityName.objects.filter(pk__in=group.keys).exclude(language__in=languages)
    return group.before.keys() <= {"name", "withdrawn_on"} and not others.exists()


class NamedAdmin(ImportedAdmin, TranslationAdmin[Any]):
    """Imported rows with a name in every language: those that one works in are open, the others folded away."""

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return the declared groups with the names behind the first."""
        first, *rest = self.fieldsets or ()
        used, own = working_languages(request), languages_of(request)
        choose = format_html(
            '<a href="{}?{}">{}</a>',
            reverse("name_languages"),
            urlencode({"next": request.get_full_path()}),
            gettext("Choose the languages in which you work"),
        )
        if own is not None:
            mine = [column("name", code) for code in LANGUAGE_NAMES if code in own]
            return [
                first,
                (_("Names"), {"fields": list(dict.fromkeys(("name_en", *mine))), "classes": ["names"]}),
                *rest,
            ]
        names = [(column("name", code), code in used) for code in LANGUAGE_NAMES]
        return [
            first,
            (
                _("Names"),
                {
                    "fields": ["name_en", *(n for n, is_used in names if is_used and n != "name_en")],
                    "classes": ["names"],
                    "description": choose,
                },
            ),
            (
                _("Names in other languages"),
                {
                    "fields": [n for n, is_used in names if not is_used and n != "name_en"],
                    "classes": ["collapse", "names"],
                },
            ),
            *rest,
        ]

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> FormField | None:
        """Label a name with its language, and let its text run in its own direction."""
        language = getattr(db_field, "language", None)
        if language:
            kwargs.setdefault("widget", PlainTextInput())
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and language:
            parent = parents(language)[-1]
            hint = gettext("as in {language}").format(language=language_name(parent)) if parent != language else ""
            field.label, field.help_text = language_name(language), ""
            field.widget.attrs.update(lang=language, dir="auto", placeholder=hint)
        return field
