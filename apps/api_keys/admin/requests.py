"""Page of how much was asked: by hour, style, status, tenant and credential, which the numbers elsewhere lead to."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.api_keys.models import ApiKey, OAuthClient, RequestCount
from apps.back_office.history.recorded import RecordedAdmin
from apps.back_office.lists.read_only import ReadOnly
from apps.back_office.words.numbers import grouped
from apps.tenants.own_tenants import tenants_of

# Classes of status as addresses name them, with the lowest and the first above.
CLASSES = {f"{digit}xx": (digit * 100, digit * 100 + 100) for digit in range(1, 6)} | {"refused": (400, 600)}
HOURS = {"24": _("Last 24 hours"), "168": _("Last 7 days"), "720": _("Last 30 days")}


class SinceFilter(admin.SimpleListFilter):
    """The last day, week or month."""

    title = _("when")
    parameter_name = "hours"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the spans."""
        return list(HOURS.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the counts of the span."""
        return queryset.since(int(self.value() or 0)) if self.value() in HOURS else queryset


class StatusFilter(admin.SimpleListFilter):
    """A class of statuses."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the classes."""
        return [*((name, name) for name in CLASSES if name != "refused"), ("refused", _("Refused or failed"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the counts of the class."""
        if self.value() not in CLASSES:
            return queryset
        low, above = CLASSES[str(self.value())]
        return queryset.filter(status__gte=low, status__lt=above)


class CountedFilter(admin.SimpleListFilter):
    """A value of a column, of those that the user sees counted."""

    column: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the values; one query."""
        found = model_admin.get_queryset(request).exclude(**{self.column: ""}).order_by(self.column)
        return [(each, each) for each in found.values_list(self.column, flat=True).distinct()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the counts with the value."""
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class StyleFilter(CountedFilter):
    """The style."""

    title, parameter_name, column = _("style"), "style", "style"


class TenantFilter(CountedFilter):
    """The tenant, by its code."""

    title, parameter_name, column = _("tenant"), "tenant", "tenant"


@admin.register(RequestCount)
class RequestsAdmin(ReadOnly, RecordedAdmin):
    """Counts of requests, the latest first; nobody edits them."""

    fields = ("hour", "requests", "style", "status", "tenant", "credential")
    readonly_fields = fields
    list_display = fields
    list_display_links = None
    list_filter = (SinceFilter, StyleFilter, StatusFilter, TenantFilter)
    search_fields = ("=credential_id", "=tenant")
    search_help_text = _("The id of a key or client, or the code of a tenant")
    date_hierarchy = "hour"
    ordering = ("-hour", "style", "status", "-number")
    show_full_result_count = False
    change_list_template = "admin/api_keys/requests.html"

    @admin.display(description=_("Requests"), ordering="number")
    def requests(self, count: RequestCount) -> str:
        """Return how many there were."""
        return grouped(count.number)

    @admin.display(description=_("Key or client"), ordering="credential_id")
    def credential(self, count: Any) -> SafeString | str:
        """Return what it is called, which leads to its page; nothing where nobody was known."""
        if not count.credential_id:
            return self.get_empty_value_display()
        if "credential_of" not in vars(count):
            _find_credentials([count])
        address, name = count.credential_of
        return format_html('<a href="{}">{}</a>' if address else "{1}", address, name)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what was asked of tenants that the user does not reach."""
        rows: QuerySet[Any] = super().get_queryset(request)
        own = tenants_of(request)
        return rows if own is None else rows.filter(tenant__in=own.values("code"))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list, with the sum of all its rows, and with each row's key or client."""
        found: Any = super().get_changelist_instance(request)
        found.total = grouped(found.queryset.order_by().aggregate(total=Sum("number"))["total"] or 0)
        _find_credentials(found.result_list)
        return found  # type: ignore[no-any-return]


def _find_credentials(rows: Sequence[Any]) -> None:
    """Let counts know the address and the name of their keys and clients; two queries."""
    ids = {row.credential_id for row in rows} - {""}
    found: dict[str, tuple[str, str]] = {}
    tables: tuple[tuple[Any, str, str], ...] = ((ApiKey, "key_id", "label"), (OAuthClient, "client_id", "name"))
    for model, key, label in tables:
        page = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        for pk, its, called in model.objects.filter(**{f"{key}__in": ids}).order_by().values_list("pk", key, label):
            found[its] = reverse(page, args=[pk]), " ".join(filter(None, (called, its)))
    for row in rows:
        row.credential_of = found.get(row.credential_id, ("", row.credential_id))
