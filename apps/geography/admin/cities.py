"""Back office for cities."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import JSONField

from apps.back_office.list_fields import LinesField
from apps.geography.admin.imported import PROVENANCE, CountryFilter, HiddenFilter, ImportedAdmin, ImportedInline
from apps.geography.models import City, CityName


class CityNameInline(ImportedInline):
    """The names in other languages."""

    model = CityName
    fields = ("language", "name")


@admin.register(City)
class CityAdmin(ImportedAdmin):
    """Populated places."""

    key = "geonameid"
    fieldsets = (
        (None, {"fields": ["geonameid", "name", "country", "subdivision", *PROVENANCE]}),
        ("Facts", {"fields": ["population", ("latitude", "longitude"), "time_zone", "spellings"]}),
    )
    inlines = (CityNameInline,)
    # What a city is called may be several words.
    formfield_overrides: ClassVar = {JSONField: {"form_class": LinesField}}
    autocomplete_fields = ("country", "subdivision")
    narrow_columns = (
        "geonameid", "name", "country__name_en", "subdivision__name_en", "subdivision__code", "population",
        "withdrawn_on",
    )  # fmt: skip
    list_display = ("name", "country", "subdivision", "population", "is_listed")
    list_select_related = ("country", "subdivision")
    list_filter = (HiddenFilter, CountryFilter)
    search_fields = ("name", "names__name", "=geonameid")
    list_per_page = 50
