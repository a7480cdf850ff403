"""Back office for cities."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import JSONField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.back_office.forms.list_fields import LinesField
from apps.back_office.forms.stale_forms import FreshForm
from apps.back_office.history.recorded import author
from apps.back_office.lists import bulk
from apps.back_office.lists.pages import KeysFirst
from apps.back_office.words.numbers import grouped
from apps.geography.admin.imported import PROVENANCE, CountryFilter, HiddenFilter, ImportedAdmin, WithinFilter
from apps.geography.admin.inlines import ImportedInline
from apps.geography.admin.searching import FindsPlaces
from apps.geography.curation.merging import MOST, merge, refuse_unmergeable
from apps.geography.curation.moving import move
from apps.geography.models import City, CityName
from apps.geography.models.cities import name_cities, own_id
from apps.geography.models.search import Kind
from apps.geography.names.shown import shown_name
from apps.imports.models.imported import ImportedRow


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


class MergeForm(forms.Form):
    """Which of some cities stays."""

    into = forms.TypedChoiceField(coerce=int)

    def __init__(self, cities: list[City], *args: Any) -> None:
        super().__init__(*args)
        self.fields["into"].choices = [(city.pk, str(city)) for city in cities]  # type: ignore[attr-defined]


@admin.register(City)
class CityAdmin(FindsPlaces, ImportedAdmin):
    """Populated places."""

    found_kind = Kind.CITY
    in_same_country = ("subdivision",)
    form = CityForm
    key = "geonameid"
    fieldsets = (
        (None, {"fields": ["geonameid", "other_ids", "name", "country", "subdivision", *PROVENANCE]}),
        (_("Facts"), {"fields": ["population", ("latitude", "longitude"), "time_zone", "spellings"]}),
    )
    readonly_fields: ClassVar = ("other_ids", *PROVENANCE)
    inlines = (CityNameInline,)
    # What a city is called may be several words.
    formfield_overrides: ClassVar = {JSONField: {"form_class": LinesField}}
    autocomplete_fields = ("country", "subdivision")
    narrow_columns = (
        "geonameid", "name", "country__name_en", "subdivision__name_en", "subdivision__code", "population",
        "withdrawn_on",
    )  # fmt: skip
    list_display = ("name_here", "country", "subdivision", "people", "is_listed")
    ordering = ("-population",)
    list_select_related = ("country", "subdivision")
    list_filter = (HiddenFilter, CountryFilter, WithinFilter)
    search_fields = ("name", "names__name", "=geonameid")
    list_per_page = 50
    paginator = KeysFirst
    actions = ("move", "merge", *ImportedAdmin.actions)

    @admin.display(description=_("name"), ordering="name")
    def name_here(self, city: City) -> str:
        """Return the name in the language of the page."""
        return shown_name(city)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> City | None:
        """Return the city with its name in the language of the page; a query more."""
        city: City | None = super().get_object(request, object_id, from_field)
        name_cities([city] if city else [])
        return city

    def name_rows(self, rows: list[City]) -> None:
        """Name them; one query."""
        name_cities(rows)

    @admin.display(description=_("population"), ordering="population")
    def people(self, city: City) -> str:
        """Return how many there are, as the language of the page writes it."""
        return grouped(city.population)

    @admin.action(description=_("Move to another subdivision"), permissions=["correct"])
    def move(self, request: HttpRequest, rows: QuerySet[City]) -> HttpResponse | None:
        """Ask to which subdivision, and move the cities."""
        field = self.formfield_for_foreignkey(City._meta.get_field("subdivision"), request)
        countries = list(rows.order_by().values_list("country", flat=True).distinct()[:2])
        if len(countries) == 1:
            field.widget.attrs["data-country"] = countries[0]
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

    @admin.action(description=_("Merge…"), permissions=["correct"])
    def merge(self, request: HttpRequest, rows: QuerySet[City]) -> HttpResponse | None:
        """Ask which one stays, and merge the others into it."""
        # The rows of a list are narrow.
        keys = list(rows.values_list("pk", flat=True)[: MOST + 1])
        chosen = City.objects.filter(pk__in=keys).select_related("subdivision").prefetch_related("names")
        chosen = chosen.order_by("-population", "pk")
        cities = list(chosen)
        name_cities(cities)
        try:
            refuse_unmergeable(cities)
        except ValidationError as error:
            self.message_user(request, error.messages[0], messages.ERROR)
            return None
        form = MergeForm(cities, *([request.POST] if bulk.is_answered(request) else []))
        ask = partial(
            bulk.ask,
            self,
            request,
            chosen,
            question=gettext("Merge {rows} into one?"),
            button=gettext("Merge"),
            count=len(cities),
            template="admin/geography/merge.html",
            cities=cities,
            chosen_city=request.POST.get("into", ""),
        )
        if page := ask(form=form):
            return page
        try:
            stays = merge(author(request), keys, form.cleaned_data["into"])
        except ValidationError as error:
            form.add_error("into", error)
            return ask(form=form)
        said = gettext("{rows} merged into {city}.")
        rows_of = bulk.named(City, len(cities) - 1)
        bulk.done(self, request, said.format(rows=rows_of, city=f"{stays} ({stays.pk})"))
        return None

    def showable(self, request: HttpRequest, rows: QuerySet[City]) -> QuerySet[City]:
        """Leave out those that are merged."""
        return super().showable(request, rows).filter(merged_into=None)

    def refuse_correction(self, row: City) -> None:
        """Refuse to correct a city that is another one now, and say which."""
        into = City.objects.filter(merged=row.pk).first()
        if into is not None:
            raise ValidationError(
                gettext("{id}: it is merged into {city}; correct {other}.").format(id=row.pk, city=into, other=into.pk)
            )

    @admin.display(description=_("In the lists"))
    def withdrawn(self, row: ImportedRow) -> str:
        """Tell in words whether the lists have the city, and of a merged one where it is."""
        if not isinstance(row, City) or row.merged_into is None or row.withdrawn_on is None:
            return super().withdrawn(row)
        said = gettext("No, merged since %(day)s into") % {"day": date_format(row.withdrawn_on)}
        return format_html("{} {}", said, _linked(row.merged_into))

    @admin.display(description=_("Ids that lead here"))
    def other_ids(self, row: City) -> str:
        """Return the cities that were merged into this one; one query."""
        merged = [] if row.pk is None else row.merged.order_by("pk")
        return format_html_join(", ", "{}", ((_linked(city),) for city in merged)) or "-"


def _linked(city: City) -> str:
    return format_html(
        '<a href="{}">{} ({})</a>', reverse("admin:geography_city_change", args=[city.pk]), city, city.pk
    )
