"""Back office for what each tenant shows: one switch for each country."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db.models import BooleanField, Field, QuerySet
from django.http import HttpRequest

from apps.geography.admin.imported import NarrowChangeList, RegionFilter
from apps.geography.models import TenantCountry


class RegionOfCountryFilter(RegionFilter):
    """The region of the row's country."""

    path = "country__regions"


@admin.register(TenantCountry)
class TenantCountryAdmin(admin.ModelAdmin[TenantCountry]):
    """Every tenant has every country, so rows are switched, never added or deleted."""

    narrow_columns = ("tenant__code", "country__name_en", "active", "version", "modified_at")
    list_display = ("country_name", "country_code", "tenant", "active", "switched_at")
    list_display_links = None
    list_editable = ("active",)
    list_select_related = ("tenant", "country")
    list_filter = ("active", "tenant", RegionOfCountryFilter)
    search_fields = ("=country__code", "country__name_en", "country__alternative_names__name")
    search_help_text = "A country, in any language"
    ordering = ("tenant__code", "country__name_en")
    actions = ("switch_on", "switch_off")

    @admin.display(description="Country", ordering="country__name_en")
    def country_name(self, row: TenantCountry) -> str:
        """Return the English name."""
        return row.country.name

    @admin.display(description="Code", ordering="country__code")
    def country_code(self, row: TenantCountry) -> str:
        """Return the alpha-2 code."""
        return row.country_id

    @admin.display(description="Last switched", ordering="modified_at")
    def switched_at(self, row: TenantCountry) -> Any:
        """Return when, if ever."""
        return row.modified_at if row.version > 1 else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[TenantCountry]:
        """Leave out countries that no list has."""
        return super().get_queryset(request).filter(country__withdrawn_on=None)

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

    def save_model(self, request: HttpRequest, obj: TenantCountry, form: Any, change: bool) -> None:
        """Switch, as the API does: a version counts."""
        TenantCountry.objects.switch_row(obj, obj.active)

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, rows: QuerySet[TenantCountry]) -> None:
        """Switch on those that are off."""
        self._switch(request, rows, active=True)

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, rows: QuerySet[TenantCountry]) -> None:
        """Switch off those that are on."""
        self._switch(request, rows, active=False)

    def _switch(self, request: HttpRequest, rows: QuerySet[TenantCountry], *, active: bool) -> None:
        word = "on" if active else "off"
        changed = list(rows.filter(active=not active))
        TenantCountry.objects.filter(pk__in=[row.pk for row in changed], active=not active).switch(active)
        if changed:
            LogEntry.objects.log_actions(cast(User, request.user).pk, changed, CHANGE, f"Switched {word}.")
        self.message_user(request, f"Switched {word}: {len(changed)} of the countries chosen.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: triggers add the rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TenantCountry | None = None) -> bool:
        """Refuse: a tenant always has every country."""
        return False
