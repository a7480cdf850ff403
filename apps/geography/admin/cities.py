"""Back office for cities."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import JSONField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.back_office import bulk
from apps.back_office.list_fields import LinesField
from apps.back_office.recorded import author
from apps.back_office.stale_forms import FreshForm
from apps.geography.admin.imported import PROVENANCE, CountryFilter, HiddenFilter, ImportedAdmin
from apps.geography.admin.inlines import ImportedInline
from apps.geography.admin.searching import FindsPlaces
from apps.geography.models import City, CityName
from apps.geography.models.cities import own_id
from apps.geography.models.search import Kind
from apps.geography.moving import move


class CityNameInline(ImportedInline):
    """The names in other languages."""

    model = CityName
    fields = ("language", "name")


class CityForm(FreshForm):
    """A city, which may be one that GeoNames does not have."""

    geonameid = forms.IntegerField(
        label=_("GeoNames id"),
        required=False,
        help_text=_("Empty: GeoNames does not have it; it is given a number of ours."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            # The model's default is for those who leave it empty, not for people to read.
            self.initial.pop("geonameid", None)

    def clean_geonameid(self) -> int:
        """Return a number of ours where none is given."""
        given = self.cleaned_data["geonameid"]
        return own_id() if given is None else given


class MoveForm(forms.Form):
    """Where cities are to lie."""

    def __init__(self, subdivision: Any, *args: Any) -> None:
        super().__init__(*args)
        subdivision.required = True
        self.fields["subdivision"] = subdivision


@admin.register(City)
class CityAdmin(FindsPlaces, ImportedAdmin):
    """Populated places."""

    found_kind = Kind.CITY

    form = CityForm
    key = "geonameid"
    fieldsets = (
        (None, {"fields": ["geonameid", "name", "country", "subdivision", *PROVENANCE]}),
        (_("Facts"), {"fields": ["population", ("latitude", "longitude"), "time_zone", "spellings"]}),
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
    actions = ("move", *ImportedAdmin.actions)

    @admin.action(description=_("Move to another subdivision"), permissions=["correct"])
    def move(self, request: HttpRequest, rows: QuerySet[City]) -> HttpResponse | None:
        """Ask to which subdivision, and move the cities."""
        field = self.formfield_for_foreignkey(City._meta.get_field("subdivision"), request)
        form = MoveForm(field, *([request.POST] if bulk.is_answered(request) else []))
        ask = partial(
            bulk.ask, self, request, rows, question=gettext("Move {rows} to which subdivision?"), button=gettext("Move")
        )
        if page := ask(form=form):
            return page
        try:
            count = move(author(request), rows, form.cleaned_data["subdivision"])
        except ValidationError as error:
            form.add_error("subdivision", error)
            return ask(form=form)
        bulk.done(
            self,
            request,
            gettext("{rows} moved to {subdivision}.").format(
                rows=bulk.named(City, count), subdivision=form.cleaned_data["subdivision"]
            ),
        )
        return None
