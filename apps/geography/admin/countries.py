"""Back office for countries and regions."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, Field, ManyToManyField, Max, Model
from django.http import HttpRequest
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from apps.back_office.forms.list_fields import LinesField
from apps.back_office.forms.stale_forms import FreshForm
from apps.geography.admin.imported import PROVENANCE, HiddenFilter, NamedAdmin, RegionFilter
from apps.geography.admin.inlines import ImportedInline
from apps.geography.admin.searching import FindsPlaces
from apps.geography.models import AlternativeName, Country, Region
from apps.geography.models.search import Kind
from apps.geography.names.by_name import names_in_order
from apps.geography.names.shown import shown_name


class AlternativeNameInline(ImportedInline):
    """Further names by which the country is found."""

    model = AlternativeName
    fields = ("language", "name")
    classes = ("collapse",)


class CountryForm(FreshForm):
    """Days of the week by name."""

    first_week_day = forms.TypedChoiceField(
        label=_("First day of the week"),
        choices=[("", _("Unknown")), *WEEKDAYS.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    weekend_days = forms.TypedMultipleChoiceField(
        label=_("Weekend"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Country
        fields: ClassVar = ["code"]


@admin.register(Country)
class CountryAdmin(FindsPlaces, NamedAdmin):
    """A country is hidden, never deleted: its constant number is not given twice."""

    form = CountryForm
    found_kind = Kind.COUNTRY
    fieldsets = (
        (None, {"fields": ["code", "alpha3", "numeric", "iso_name", "official_name", "regions", *PROVENANCE]}),
        (_("Standing and numbers"), {"fields": ["iso_status", "is_independent", "calling_code", "constant_number"]}),
        (
            _("Where it lies"),
            {
                "classes": ["collapse"],
                "fields": ["subregion", ("latitude", "longitude"), "area_km2", "borders", "time_zones", "geonameid"],
            },
        ),
        (
            _("People"),
            {
                "classes": ["collapse"],
                "fields": ["capital", "other_capitals", "demonym", "population", "languages"],
            },
        ),
        (
            _("Customs"),
            {
                "classes": ["collapse"],
                "fields": [
                    "currencies", "top_level_domain", "postal_code_pattern", "driving_side", "first_week_day",
                    "weekend_days",
                ],
            },
        ),
    )  # fmt: skip
    inlines = (AlternativeNameInline,)
    narrow_columns = ("code", "alpha3", "numeric", "name_en", "calling_code", "iso_status", "withdrawn_on")
    list_display = ("name_here", "code", "alpha3", "numeric", "calling_code", "iso_status", "is_listed")
    list_filter = (HiddenFilter, RegionFilter, "iso_status", "is_independent")
    search_fields = ("=code", "=alpha3", "name_en", "iso_name", "alternative_names__name")
    ordering = ("name_en",)

    @admin.display(description=_("Name"), ordering="name_en")
    def name_here(self, country: Country) -> str:
        """Return the name in the language of the page."""
        return shown_name(country)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Fix the constant number of a country that exists: clients have stored it."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "constant_number") if obj else fields

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the next free constant number."""
        last = Country.objects.aggregate(last=Max("constant_number"))["last"]
        return {"constant_number": last + 1 if last else None, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Take each line for a capital: "Cape Town" is one."""
        if db_field.name == "other_capitals":
            kwargs["form_class"] = LinesField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the regions as boxes, in the order of their names, without loading these in every language."""
        kwargs.update(queryset=Region.objects.only("code"), widget=forms.CheckboxSelectMultiple)
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.choices = names_in_order(Region.objects.all())
        return field

    def has_delete_permission(self, request: HttpRequest, obj: Country | None = None) -> bool:
        """Refuse."""
        return False


@admin.register(Region)
class RegionAdmin(NamedAdmin):
    """The regions of the world, and those that staff define."""

    fieldsets = ((None, {"fields": ["code", *PROVENANCE]}),)
    narrow_columns = ("code", "name_en", "withdrawn_on")
    list_display = ("code", "name_here", "number_of_countries", "is_listed")
    search_fields = ("code", "name_en")

    @admin.display(description=_("Name"), ordering="name_en")
    def name_here(self, region: Region) -> str:
        """Return the name in the language of the page."""
        return shown_name(region)

    @admin.display(description=_("Countries"), ordering="number_of_countries")
    def number_of_countries(self, region: Any) -> int:
        """Return how many countries lie in it."""
        return int(region.number_of_countries)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Count the countries in the same query."""
        return super().get_queryset(request).annotate(number_of_countries=Count("countries"))
