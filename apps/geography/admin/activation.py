"""Back office for what each tenant shows: a switch for each country and subdivision, and names of its own."""

import re
from collections.abc import Mapping
from typing import Any

from auditlog.models import LogEntry
from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import BooleanField, Field, ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.back_office.forms.stale_forms import FreshAdmin
from apps.back_office.history import audit
from apps.back_office.history.groups import Group
from apps.back_office.history.recorded import author, entries_of
from apps.back_office.history.undo import Outcome
from apps.back_office.lists import bulk
from apps.back_office.words.language_names import language_name, named_languages
from apps.geography import switching
from apps.geography.admin.activation_page import ActivationPage
from apps.geography.admin.imported import RegionFilter
from apps.geography.admin.named_lists import NamedLists
from apps.geography.admin.searching import FindsPlaces
from apps.geography.models import Subdivision, TenantCountry, TenantCountryName, TenantSubdivision
from apps.geography.models.search import Kind
from apps.geography.names.shown import shown_name
from apps.geography.switching import Wish
from apps.tenants.own_tenants import OwnTenantsAdmin, OwnTenantsFilter

PRIMARY_KEY = re.compile(r"[0-9]{1,18}")


class RegionOfCountryFilter(RegionFilter):
    """The region of the row's country."""

    path = "country__regions"


class VerbAdmin(OwnTenantsAdmin):
    """Rows that only the verbs of `switching` write, which record what they do."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave it to the verb."""

    log_change = log_addition

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave it to the verb."""


class SwitchForm(forms.ModelForm[Any]):
    """A switch in a list, called as what it switches."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        if row.pk:
            thing = row.country if isinstance(row, TenantCountry) else row.subdivision
            self.fields["active"].widget.attrs["aria-label"] = f"{shown_name(thing)}, {row.tenant}"


class SwitchAdmin(NamedLists, VerbAdmin):
    """Rows that are switched on and off. A subclass names its columns; `active` is the switch."""

    list_display_links = None
    list_editable = ("active",)
    actions = ("switch_on", "switch_off")

    @admin.display(description=_("Last switched"), ordering="modified_at")
    def switched_at(self, row: Any) -> Any:
        """Return when, if ever."""
        return row.modified_at if row.version > 1 else None

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form of one line, whose switch has a name."""
        return super().get_changelist_form(request, **{"form": SwitchForm, **kwargs})

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Send what the switch was when the page was made, so that an old page undoes nobody's work."""
        if isinstance(db_field, BooleanField):
            kwargs.update(
                show_hidden_initial=True, widget=forms.CheckboxInput(attrs={"class": "switch", "role": "switch"})
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Await the turns of all tenants on the page before the first of its rows is switched."""
        if "_save" not in request.POST:
            return super().changelist_view(request, extra_context)
        sent = [str(value) for name, value in request.POST.items() if name.startswith("form-") and name.endswith("-id")]
        rows = self.get_queryset(request).filter(pk__in=[pk for pk in sent if PRIMARY_KEY.fullmatch(pk)])
        with transaction.atomic():
            switching.await_turns(rows.values_list("tenant", flat=True))
            return super().changelist_view(request, extra_context)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fix what a row switches, and whose it is."""
        return [field for field in self.fields or () if field != "active"] if obj else ()

    def code(self, row: Any) -> str:
        """Return the code of what the row switches."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Switch, as the API does, where the switch was moved."""
        if change and "active" not in form.changed_data:
            return
        code = self.code(obj)
        refused = switching.switch(self.model, obj.tenant, {code: Wish(obj.active)}, by=author(request))
        if refused:
            self.message_user(
                request, gettext("{code} is no longer there; it was not switched.").format(code=code), messages.WARNING
            )

    @admin.action(description=_("Switch on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Switch on those that are off."""
        return self._switch(request, rows, active=True)

    @admin.action(description=_("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Switch off those that are on."""
        return self._switch(request, rows, active=False)

    def _switch(self, request: HttpRequest, rows: QuerySet[Any], *, active: bool) -> HttpResponse | None:
        chosen = rows.filter(active=not active)
        tenants = ", ".join(chosen.order_by("tenant__code").values_list("tenant__code", flat=True).distinct()[:20])
        if active:
            question = gettext("Switch on {rows} ({tenants})? Their callers see them at once.")
            button, said = gettext("Switch on"), gettext("Switched on: {rows}.")
        else:
            question = gettext("Switch off {rows} ({tenants})? Their callers no longer see them at once.")
            button, said = gettext("Switch off"), gettext("Switched off: {rows}.")
        question = question.replace("{tenants}", tenants)
        if page := bulk.ask(self, request, chosen, question=question, button=button):
            return page
        count = switching.switch_rows(chosen, active=active, by=author(request))
        bulk.done(self, request, said.format(rows=bulk.named(self.model, count)))
        return None

    def revert(self, request: HttpRequest, entry: LogEntry, group: Group) -> Outcome:
        """Switch back, as one switches, or give the names back, where nobody has done so since."""
        row = self.get_queryset(request).select_related("tenant").filter(pk=group.keys[0]).first()
        if row is None or not self.has_change_permission(request, row):
            return Outcome(left=1)
        if "names" in group.before:
            return self._name_again(request, row, group)
        wish = Wish(group.before["active"], version=group.after["version"])
        refused = switching.switch(self.model, row.tenant, {self.code(row): wish}, by=author(request))
        return Outcome(left=1) if refused else Outcome(undone=1)

    def _name_again(self, request: HttpRequest, row: Any, group: Group) -> Outcome:
        def is_unchanged(names: Mapping[str, str]) -> bool:
            return all(names.get(language) == name for language, name in group.after["names"].items())

        try:
            names = group.before["names"]
            switching.rename(row.tenant, self.code(row), names, by=author(request), condition=is_unchanged)
        except switching.Refused:
            return Outcome(left=1)
        return Outcome(undone=1)


@admin.register(TenantCountry)
class TenantCountryAdmin(FindsPlaces, ActivationPage, SwitchAdmin):
    """Every tenant has every country, so rows are switched, never added or deleted."""

    found_kind = Kind.COUNTRY
    found_by = "country"
    hidden_by = "country__withdrawn_on"

    fields = ("tenant", "country", "active")
    narrow_columns = ("tenant__code", "country__name_en", "active", "version", "modified_at")
    list_display = ("country_name", "country_code", "tenant", "active", "switched_at")
    list_select_related = ("tenant", "country")
    list_filter = ("active", ("tenant", OwnTenantsFilter), RegionOfCountryFilter)
    search_fields = ("=country__code", "country__name_en", "country__alternative_names__name")
    search_help_text = _("A country, in any language")
    ordering = ("tenant__code", "country__name_en")

    def code(self, row: TenantCountry) -> str:
        """Return the alpha-2 code."""
        return row.country_id

    @admin.display(description=_("Country"), ordering="country__name_en")
    def country_name(self, row: TenantCountry) -> str:
        """Return the name."""
        return shown_name(row.country)

    @admin.display(description=_("Code"), ordering="country__code")
    def country_code(self, row: TenantCountry) -> str:
        """Return the alpha-2 code."""
        return row.country_id

    def get_queryset(self, request: HttpRequest) -> QuerySet[TenantCountry]:
        """Leave out countries that no list has."""
        return super().get_queryset(request).filter(country__withdrawn_on=None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: triggers add the rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TenantCountry | None = None) -> bool:
        """Refuse: a tenant always has every country."""
        return False


@admin.register(TenantSubdivision)
class TenantSubdivisionAdmin(FindsPlaces, SwitchAdmin):
    """A tenant shows every subdivision that has no row here; staff add those that it is to hide."""

    found_kind = Kind.SUBDIVISION
    found_by = "subdivision__code"
    hidden_by = "subdivision__withdrawn_on"
    country_by = "subdivision__country"

    fields = ("tenant", "subdivision", "active")
    autocomplete_fields = ("tenant", "subdivision")
    narrow_columns = (
        "tenant__code", "subdivision__name_en", "subdivision__code", "active", "version", "modified_at"
    )  # fmt: skip
    list_display = ("subdivision_name", "subdivision_code", "tenant", "active", "switched_at")
    list_select_related = ("tenant", "subdivision")
    list_filter = ("active", ("tenant", OwnTenantsFilter))
    search_fields = ("subdivision__code", "subdivision__name_en")
    ordering = ("tenant__code", "subdivision__code")

    @admin.display(description=_("Subdivision"), ordering="subdivision__name_en")
    def subdivision_name(self, row: TenantSubdivision) -> str:
        """Return the name."""
        return shown_name(row.subdivision)

    @admin.display(description=_("Code"), ordering="subdivision__code")
    def subdivision_code(self, row: TenantSubdivision) -> str:
        """Return the code."""
        return row.subdivision.code

    def code(self, row: TenantSubdivision) -> str:
        """Return the code."""
        return row.subdivision.code

    def get_queryset(self, request: HttpRequest) -> QuerySet[TenantSubdivision]:
        """Leave out subdivisions that no list has."""
        return super().get_queryset(request).filter(subdivision__withdrawn_on=None)

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Take only subdivisions that a list has."""
        if db_field.name == "subdivision":
            kwargs["queryset"] = Subdivision.objects.current()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: TenantSubdivision, form: Any, change: bool) -> None:
        """Switch; a row that is added as active only says what holds without it."""
        if change or not obj.active:
            super().save_model(request, obj, form, change)
            obj.pk = TenantSubdivision.objects.values_list("pk", flat=True).get(
                tenant=obj.tenant_id, subdivision=obj.subdivision_id
            )
        else:
            obj.save()
            audit.added(author(request), obj, tenant=obj.tenant.code)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Offer to switch it off: on it is without a row."""
        return {"active": False, **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request: HttpRequest, obj: TenantSubdivision | None = None) -> bool:
        """Refuse: without the row its versions would start again."""
        return False


@admin.register(TenantCountryName)
class TenantCountryNameAdmin(NamedLists, VerbAdmin, FreshAdmin):
    """What a tenant calls a country; its callers see it instead of ours."""

    fields = ("tenant", "country", "language", "name")
    autocomplete_fields = ("tenant", "country")
    narrow_columns = ("tenant__code", "country__name_en", "language", "name")
    list_display = ("name", "country_name", "language_name", "tenant")
    list_select_related = ("tenant", "country")
    list_filter = (("tenant", OwnTenantsFilter),)
    search_fields = ("name", "=country__code", "country__name_en")
    ordering = ("tenant__code", "country__name_en", "language")

    @admin.display(description=_("Country"), ordering="country__name_en")
    def country_name(self, row: TenantCountryName) -> str:
        """Return the name."""
        return shown_name(row.country)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer languages by their names in that of the page, in order."""
        if db_field.name == "language":
            kwargs["choices"] = [("", "---------"), *named_languages()]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @admin.display(description=_("Language"), ordering="language")
    def language_name(self, row: TenantCountryName) -> str:
        """Return the name of the language."""
        return language_name(row.language)

    def get_readonly_fields(self, request: HttpRequest, obj: TenantCountryName | None = None) -> Any:
        """Fix what a name is of."""
        return ("tenant", "country", "language") if obj else ()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Await the tenant's turn before the row itself: the API's writers come in this order."""
        if request.method == "POST" and PRIMARY_KEY.fullmatch(object_id):
            switching.await_turns(TenantCountryName.objects.filter(pk=object_id).values_list("tenant", flat=True))
        return super().get_object(request, object_id, from_field)

    def save_model(self, request: HttpRequest, obj: TenantCountryName, form: Any, change: bool) -> None:
        """Name the country, as the API does."""
        switching.rename(obj.tenant, obj.country_id, {obj.language: obj.name}, by=author(request))
        obj.pk = self._stored(obj).pk

    def delete_model(self, request: HttpRequest, obj: TenantCountryName) -> None:
        """Drop the name, as the API does."""
        switching.rename(obj.tenant, obj.country_id, {obj.language: None}, by=author(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[TenantCountryName]) -> None:
        """Drop the names."""
        names = list(queryset.select_related("tenant"))
        switching.await_turns(name.tenant_id for name in names)
        for name in names:
            self.delete_model(request, name)

    def entries(self, request: HttpRequest, obj: TenantCountryName) -> QuerySet[LogEntry]:
        """Return the history of the tenant's country, which names belong to."""
        row = TenantCountry.objects.get(tenant=obj.tenant_id, country=obj.country_id)
        return entries_of(TenantCountry, row.pk, request)

    def _stored(self, obj: TenantCountryName) -> TenantCountryName:
        return TenantCountryName.objects.get(tenant=obj.tenant_id, country=obj.country_id, language=obj.language)
