"""Names of a place that are rows of their own, below it on its page: those in the languages that one works in first."""

from collections import Counter
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.db.models import Case, Field, QuerySet, When
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from apps.back_office.forms.inputs import PlainTextInput
from apps.back_office.forms.stale_forms import FreshForm
from apps.back_office.words.language_names import language_name
from apps.imports.giveback import edits
from apps.tenants.models import StaffReach, Tenant

# So many names are shown whatever their languages.
FEW = 30
# The part of the address that says in which language names are asked for.
ASKED, ALL = "names", "all"


def languages_of(request: HttpRequest) -> set[str] | None:
    """Return the languages that the user is limited to, None for whoever is not limited; one query, once a request."""
    if not hasattr(request, "own_languages"):
        request.own_languages = StaffReach.objects.languages_of(request.user)  # type: ignore[attr-defined]
    return cast(set[str] | None, request.own_languages)  # type: ignore[attr-defined]


def working_languages(request: HttpRequest) -> set[str]:
    """Return the languages whose names the user has chosen to see first, or those that tenants use; once a request."""
    if not hasattr(request, "working_languages"):
        reach = StaffReach.objects.filter(user=request.user.pk).first()
        chosen = set(reach.shown_languages or ()) if reach else set()
        request.working_languages = chosen or Tenant.objects.languages()  # type: ignore[attr-defined]
    return cast(set[str], request.working_languages)  # type: ignore[attr-defined]


class LanguageName(PlainTextInput):
    """The code of a language, with its name beside it."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the name, and the code to edit."""
        field = super().render(name, value, attrs, renderer)
        return format_html('<span class="language">{}</span> {}', language_name(value), field)


class ImportedRows(BaseInlineFormSet[Any, Any, Any]):
    """Rows below another one; the next import would bring deleted ones of upstream's back, so they stay.

    shown: the languages whose names the page is asked for, None for all of few. A page that is sent has what it has.
    """

    shown: frozenset[str] | None = None
    every: list[Any]

    def get_queryset(self) -> Any:
        """Return the rows of the page, with what is staff's in any language; one query for `every` row there is."""
        if not hasattr(self, "every"):
            self.every = list(super().get_queryset())
            self._on_page = [row for row in self.every if self._is_on_page(row)]
        return self._on_page

    def _is_on_page(self, row: Any) -> bool:
        if self.is_bound:
            return str(row.pk) in self._sent
        few = len(self.every) <= FEW
        return few or self.shown is None or row.language in self.shown or any(edits(row)) or row.upstream is None

    @cached_property
    def _sent(self) -> set[str]:
        return {self.data.get(f"{self.add_prefix(index)}-id", "") for index in range(self.initial_form_count())}

    @property
    def others(self) -> list[tuple[str, str, int]]:
        """The languages of the rows that are not on the page: code, name and how many."""
        on_page = {row.pk for row in self.get_queryset()}
        counts = Counter(row.language for row in self.every if row.pk not in on_page)
        named = [(code or "-", language_name(code), count) for code, count in counts.items()]
        return sorted(named, key=lambda each: each[1])

    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer deletion for staff's own rows alone."""
        form.above = self.instance
        super().add_fields(form, index)
        if self.is_bound and index is not None and index < self.initial_form_count() and form.instance.pk is None:
            # Django would refuse it at a field that nobody sees.
            form.is_gone = True
            form.fields["id"] = forms.CharField(required=False, widget=forms.HiddenInput)
        if "language" in form.fields:
            if form.instance.pk and not isinstance(form.fields["language"], forms.ChoiceField):
                form.fields["language"].widget = LanguageName()
            form.fields["language"].widget.attrs["list"] = "known-languages"
        row = (
            f" ({language_name(form.instance.language)})"
            if form.instance.pk and hasattr(form.instance, "language")
            else ""
        )
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", f"{capfirst(field.label or '')}{row}")
        if form.instance.upstream is not None and "DELETE" in form.fields:
            form.fields["DELETE"].disabled = True


class ImportedInline(admin.TabularInline[Any, Any]):
    """Rows below another one, with columns of their own."""

    form = FreshForm
    formset = ImportedRows
    template = "admin/geography/names.html"
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return rows in the languages that the address asks for, else in English and those that one works in."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        asked = request.GET.get(ASKED, "")
        if asked != ALL and languages_of(request) is None:
            used = {"en", *working_languages(request)} if not asked else {asked if asked != "-" else ""}
            formset.shown = frozenset(used)
        return formset

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show names to whoever sees what they are of."""
        return super().has_view_permission(request, obj) or self._may(request, "view") or self._may(request, "change")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever changes a row change its names."""
        return super().has_change_permission(request, obj) or self._may(request, "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever changes a row name it; a translator of names, in languages of their own."""
        return super().has_add_permission(request, obj) or (
            self._may(request, "change") and languages_of(request) is None
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever changes a row drop names of staff's own."""
        return super().has_delete_permission(request, obj) or (
            self._may(request, "change") and languages_of(request) is None
        )

    def _may(self, request: HttpRequest, verb: str) -> bool:
        opts = self.parent_model._meta
        return bool(request.user.has_perm(f"{opts.app_label}.{get_permission_codename(verb, opts)}"))

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Take from a translator only languages of their own."""
        own = languages_of(request)
        if db_field.name == "language" and own is not None:
            return forms.ChoiceField(choices=[(code, language_name(code)) for code in sorted(own)])
        if db_field.name == "name":
            kwargs.setdefault("widget", PlainTextInput())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return names in the languages that one works in first; to a translator those of their own alone."""
        rows: QuerySet[Any] = super().get_queryset(request)
        own = languages_of(request)
        if own is not None:
            rows = rows.filter(language__in=own)
        used = Case(When(language__in=working_languages(request), then=0), default=1)
        return rows.order_by(used, "language")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the hidden field that keeps an old page from saving."""
        fields = super().get_fields(request, obj)
        return (*fields, "seen") if self.has_change_permission(request, obj) else fields
