"""Pages of what `data_report` finds suspicious: each row leads to its place."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.back_office import processes
from apps.back_office.history.recorded import RecordedAdmin
from apps.back_office.lists.read_only import ReadOnly
from apps.back_office.words.language_names import language_name
from apps.geography.models import City, Country, DataCheck, StoredSuspicion, Subdivision
from apps.geography.names.shown import name_columns
from apps.geography.report import stored
from apps.geography.report.words import KINDS, evidence_in_words, kind_in_words


class KindFilter(admin.SimpleListFilter):
    """A kind of suspicion, of those that have some."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the kinds by their names; one query."""
        found = StoredSuspicion.objects.order_by().values_list("check_of", flat=True).distinct()
        asked = self.used_parameters.get("kind")
        return [(kind, kind_in_words(kind)) for kind in KINDS if kind in {*found, asked}]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the suspicions of the kind."""
        return queryset.filter(check_of=self.value()) if self.value() else queryset


class LanguageFilter(admin.SimpleListFilter):
    """The language of a suspicious name, of those that have some."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the languages by their names; one query."""
        found = StoredSuspicion.objects.exclude(language="").order_by().values_list("language", flat=True).distinct()
        return sorted(((code, language_name(code)) for code in found), key=lambda each: each[1])

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the suspicions about names in the language."""
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(StoredSuspicion)
class SuspicionAdmin(ReadOnly, RecordedAdmin):
    """What looks wrong and is not explained, of the last look; nobody edits it, but may ask for a new look."""

    fields = ("place", "kind", "in_language", "name", "why")
    readonly_fields = fields
    list_display = fields
    list_display_links = None
    list_filter = (KindFilter, LanguageFilter)
    search_fields = ("code", "name")
    search_help_text = _("The code of a country or subdivision, the GeoNames id of a city, or the suspicious name")
    show_full_result_count = False
    change_list_template = "admin/geography/suspicions.html"

    @admin.display(description=_("Place"), ordering="code")
    def place(self, suspicion: Any) -> SafeString:
        """Return the name of the place, which leads to its page; the code alone where it is gone."""
        if "place_of" not in vars(suspicion):
            _find_places([suspicion])
        address, name = suspicion.place_of
        if not address:
            return format_html("<bdi>{}</bdi>", suspicion.code)
        return format_html('<a href="{}">{}</a>', address, name)

    @admin.display(description=_("What looks wrong"), ordering="check_of")
    def kind(self, suspicion: Any) -> str:
        """Return it in words."""
        return kind_in_words(suspicion.check_of_id)

    @admin.display(description=_("Language"), ordering="language")
    def in_language(self, suspicion: StoredSuspicion) -> str:
        """Return the language of the name by its own name."""
        return language_name(suspicion.language) if suspicion.language else self.get_empty_value_display()

    @admin.display(description=_("Evidence"))
    def why(self, suspicion: StoredSuspicion) -> str:
        """Return it in words."""
        return evidence_in_words(suspicion.evidence)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list, each row with its place."""
        found = super().get_changelist_instance(request)
        _find_places(found.result_list)
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Say when was looked, and let who may ask for a new look."""
        checks = list(DataCheck.objects.all())
        context = {
            "looked_at": min((check.looked_at for check in checks if check.looked_at), default=None),
            "is_looking": any(check.is_looking for check in checks),
            "may_look": self._may_look(request),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """Add the address that asks for a new look."""
        look = path("look/", self.admin_site.admin_view(require_POST(self.look)), name="geography_storedsuspicion_look")
        return [look, *super().get_urls()]

    def look(self, request: HttpRequest) -> HttpResponse:
        """Look at the data anew, in a process of its own, unless one is at it."""
        if not self._may_look(request):
            raise PermissionDenied
        if stored.ask(tuple(KINDS)):
            processes.start("data_report", "--verbosity", "0")
            self.message_user(request, gettext("The data is being looked at. It takes about a minute; then reload."))
        else:
            self.message_user(request, gettext("The data is being looked at already."), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:geography_storedsuspicion_changelist"))

    def _may_look(self, request: HttpRequest) -> bool:
        return request.user.has_perm("geography.change_datacheck")


def _find_places(rows: Sequence[Any]) -> None:
    """Let rows know the address and the name of their places; four queries at most."""
    codes = {row.code for row in rows}
    cities = {code for code in codes if code.lstrip("-").isdecimal()}
    countries = {code for code in codes - cities if len(code) == 2}
    found: dict[str, tuple[str, str]] = {}
    for model, keys in ((Country, countries), (City, cities)):
        names = model.objects.called(keys) if keys else {}
        # What a city is called does not say which one it is.
        said = "{name} ({key})" if model is City else "{name}"
        found |= {key: (_page(model, key), said.format(name=name, key=key)) for key, name in names.items()}
    if rest := codes - cities - countries:
        places: Any = Subdivision.objects.untranslated().filter(code__in=rest).only("code", *name_columns())
        found |= {place.code: (_page(Subdivision, place.pk), str(place)) for place in places}
    for row in rows:
        row.place_of = found.get(row.code, ("", ""))


def _page(model: Any, key: Any) -> str:
    return reverse(f"admin:geography_{model._meta.model_name}_change", args=[key])
