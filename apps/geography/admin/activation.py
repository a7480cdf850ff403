"""Back office for what each tenant shows: a switch for each country and subdivision, and names of its own."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db.models import BooleanField, Field, QuerySet
from django.http import HttpRequest

from apps.back_office.stale_forms import FreshAdmin
from apps.geography.admin.imported import NarrowChangeList, RegionFilter
from apps.geography.models import TenantCountry, TenantCountryName, TenantSubdivision


class RegionOfCountryFilter(RegionFilter):
    """The region of the row's country."""

    path = "country__regions"


class SwitchAdmin(admin.ModelAdmin[Any]):
    """Rows that are switched on and off. A subclass names its columns; `active` is the switch."""

    narrow_columns: tuple[str, ...] = ()
    list_display_links = None
    list_editable = ("active",)
    actions = ("switch_on", "switch_off")

    @admin.display(description="Last switched", ordering="modified_at")
    def switched_at(self, row: Any) -> Any:
        """Return when, if ever."""
        return row.modified_at if row.version > 1 else None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[NarrowChangeList]:
        """Return the narrow list."""
        return NarrowChangeList

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Send what the switch was when the page was made, so that an old page undoes nobody's work."""
        if isinstance(db_field, BooleanField):
            kwargs.update(
                show_hidden_initial=True, widget=forms.CheckboxInput(attrs={"class": "switch", "role": "switch"})
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Switch, as the API does: a version counts."""
        if not change:
            wanted, obj.active = obj.active, True
            obj.save()
            if wanted:
                return
            obj.active = wanted
        self.model._default_manager.switch_row(obj, obj.active)

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Switch on those that are off."""
        self._switch(request, rows, active=True)

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Switch off those that are on."""
        self._switch(request, rows, active=False)

    def _switch(self, request: HttpRequest, rows: QuerySet[Any], *, active: bool) -> None:
        word = "on" if active else "off"
        changed = list(rows.filter(active=not active))
        switched: Any = self.model._default_manager.filter(pk__in=[row.pk for row in changed], active=not active)
        switched.switch(active)
        if changed:
            LogEntry.objects.log_actions(cast(User, request.user).pk, changed, CHANGE, f"Switched {word}.")
        self.message_user(request, f"Switched {word}: {len(changed)} of those chosen.")


@admin.register(TenantCountry)
class TenantCountryAdmin(SwitchAdmin):
    """Every tenant has every country, so rows are switched, never added or deleted."""

    narrow_columns = ("tenant__code", "country__name_en", "active", "version", "modified_at")
    list_display = ("country_name", "country_code", "tenant", "active", "switched_at")
    list_select_related = ("tenant", "country")
    list_filter = ("active", "tenant", RegionOfCountryFilter)
    search_fields = ("=country__code", "country__name_en", "country__alternative_names__name")
    search_help_text = "A country, in any language"
    ordering = ("tenant__code", "country__name_en")

    @admin.display(description="Country", ordering="country__name_en")
    def country_name(self, row: TenantCountry) -> str:
        """Return the English name."""
        return row.country.name

    @admin.display(description="Code", ordering="country__code")
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
class TenantSubdivisionAdmin(SwitchAdmin):
    """A tenant shows every subdivision that has no row here; staff add those that it is to hide."""

    fields = ("tenant", "subdivision", "active")
    autocomplete_fields = ("tenant", "subdivision")
    narrow_columns = (
        "tenant__code", "subdivision__name_en", "subdivision__code", "active", "version", "modified_at"
    )  # fmt: skip
    list_display = ("subdivision_name", "subdivision_code", "tenant", "active", "switched_at")
    list_select_related = ("tenant", "subdivision")
    list_filter = ("active", "tenant")
    search_fields = ("subdivision__code", "subdivision__name_en")
    ordering = ("tenant__code", "subdivision__code")

    @admin.display(description="Subdivision", ordering="subdivision__name_en")
    def subdivision_name(self, row: TenantSubdivision) -> str:
        """Return the English name."""
        return row.subdivision.name

    @admin.display(description="Code", ordering="subdivision__code")
    def subdivision_code(self, row: TenantSubdivision) -> str:
        """Return the code."""
        return row.subdivision.code

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Offer to switch it off: on it is without a row."""
        return {"active": False, **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request: HttpRequest, obj: TenantSubdivision | None = None) -> bool:
        """Refuse: without the row its versions would start again."""
        return False


@admin.register(TenantCountryName)
class TenantCountryNameAdmin(FreshAdmin):
    """What a tenant calls a country; its callers see it instead of ours."""

    fields = ("tenant", "country", "language", "name")
    autocomplete_fields = ("tenant", "country")
    narrow_columns = ("tenant__code", "country__name_en", "language", "name")
    list_display = ("name", "country_name", "language", "tenant")
    list_select_related = ("tenant", "country")
    list_filter = ("tenant",)
    search_fields = ("name", "=country__code", "country__name_en")
    ordering = ("tenant__code", "country__name_en", "language")

    @admin.display(description="Country", ordering="country__name_en")
    def country_name(self, row: TenantCountryName) -> str:
        """Return the English name."""
        return row.country.name

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[NarrowChangeList]:
        """Return the narrow list."""
        return NarrowChangeList
