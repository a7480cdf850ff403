"""Back office for subdivisions and their types."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.geography.admin.imported import PROVENANCE, CountryFilter, HiddenFilter, NamedAdmin, WithinFilter
from apps.geography.admin.inlines import ImportedInline
from apps.geography.admin.searching import FindsPlaces
from apps.geography.models import OfficialName, Subdivision, SubdivisionType
from apps.geography.models.search import Kind
from apps.geography.names.shown import shown_name


class OfficialNameInline(ImportedInline):
    """The names in ISO 3166-2."""

    model = OfficialName
    fields = ("language", "romanization", "name", "local_variant", "is_primary", "is_generated")


@admin.register(Subdivision)
class SubdivisionAdmin(FindsPlaces, NamedAdmin):
    """States, provinces, districts."""

    found_kind = Kind.SUBDIVISION
    found_by = "code"
    in_same_country = ("parent",)

    fieldsets = (
        (None, {"fields": ["code", "country", "parent", "type", "is_state", "is_iso", *PROVENANCE]}),
        (
            _("The same place under another code"),
            {"classes": ["collapse"], "fields": ["redirect_country", "redirect_subdivision", "replaced_by"]},
        ),
    )
    inlines = (OfficialNameInline,)
    autocomplete_fields = ("country", "parent", "type", "redirect_country", "redirect_subdivision")
    narrow_columns = (
        "code",
        "name_en",
        "country__name_en",
        "type__name_en",
        "parent__code",
        "is_state",
        "is_iso",
        "withdrawn_on",
    )
    list_display = ("name_here", "code", "kind", "country_name", "parent_code", "is_state", "is_iso", "is_listed")
    list_select_related = ("country", "parent", "type")
    list_filter = (HiddenFilter, "is_state", "is_iso", CountryFilter, WithinFilter)
    search_fields = ("code", "name_en", "official_names__name")
    list_per_page = 50

    @admin.display(description=_("Name"), ordering="name_en")
    def name_here(self, subdivision: Subdivision) -> str:
        """Return the name in the language of the page."""
        return shown_name(subdivision)

    @admin.display(description=_("Type"), ordering="type__name_en")
    def kind(self, subdivision: Subdivision) -> str | None:
        """Return what the type is called."""
        return shown_name(subdivision.type) if subdivision.type else None

    @admin.display(description=_("Country"), ordering="country__name_en")
    def country_name(self, subdivision: Subdivision) -> str:
        """Return the name in the language of the page."""
        return shown_name(subdivision.country)

    @admin.display(description=_("Part of"), ordering="parent__code")
    def parent_code(self, subdivision: Subdivision) -> str:
        """Return the code of the parent."""
        return subdivision.parent.code if subdivision.parent else "-"


@admin.register(SubdivisionType)
class SubdivisionTypeAdmin(NamedAdmin):
    """State, province, district."""

    fieldsets = ((None, {"fields": ["code", *PROVENANCE]}),)
    narrow_columns = ("code", "name_en", "withdrawn_on")
    list_display = ("code", "name_here")
    search_fields = ("code", "name_en")

    @admin.display(description=_("Name"), ordering="name_en")
    def name_here(self, kind: SubdivisionType) -> str:
        """Return the name in the language of the page."""
        return shown_name(kind)
