"""Which countries one tenant shows, on one page: switches, a map, regions, a copy of another tenant, undo."""

import re
from collections.abc import Mapping
from typing import Any

from auditlog.models import LogEntry
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext

from apps.back_office.history.recorded import author
from apps.back_office.history.words import name_entries
from apps.back_office.lists import bulk
from apps.geography import switching
from apps.geography.facts.world_map import spots, world_map
from apps.geography.models import Country, Region, TenantCountry
from apps.geography.names.by_name import names_in_order
from apps.geography.names.collation import sort_key
from apps.geography.names.shown import name_columns, page_languages, shown_name
from apps.geography.switching import Wish
from apps.tenants.models import Tenant
from apps.tenants.own_tenants import OwnTenantsAdmin, tenants_of

COLUMNS = ("tenant__code", "country__name_en", "active", "version")
SELECTS = ("q", "region", "unlike", "state")
PRIMARY_KEY = re.compile(r"[0-9]{1,18}", re.ASCII)


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return what the address asks for, without what PostgreSQL takes for no text."""
    return {name: request.GET.get(name, "").replace("\0", "") for name in SELECTS}


def by_name(rows: list[TenantCountry]) -> list[TenantCountry]:
    """Return the rows of a tenant in the order of the names that the page shows."""
    key = sort_key(page_languages()[0])
    return sorted(rows, key=lambda row: key(shown_name(row.country)))


class ActivationPage(OwnTenantsAdmin):
    """Adds to the list of switches a page for each tenant."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.activation)
        return [path("of/<int:tenant>/", view, name="geography_tenantcountry_of"), *super().get_urls()]

    def activation(self, request: HttpRequest, tenant: int) -> HttpResponse:
        """Show the switches of one tenant; switch what was moved, or, having asked, all that is chosen."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        reached = tenants_of(request)
        owner = get_object_or_404(Tenant.objects.all() if reached is None else reached, pk=tenant)
        rows = self.get_queryset(request).filter(tenant=owner).select_related("tenant", "country")
        rows = rows.only(*COLUMNS, *name_columns("country__"))
        if request.method != "POST":
            return self._show(request, owner, rows)
        if not self.has_change_permission(request):
            raise PermissionDenied
        wishes = self._wishes(request, rows)
        if not wishes:
            self.message_user(request, gettext("Nothing to do: it is so already."), messages.WARNING)
        elif "save" in request.POST or request.POST.get("confirmed") == str(len(wishes)):
            refused = switching.switch(
                TenantCountry, owner, {code: Wish(active) for code, active in wishes.items()}, by=author(request)
            )
            on = sum(active for code, active in wishes.items() if code not in refused)
            off = len(wishes) - len(refused) - on
            bulk.done(self, request, gettext("Switched on: {on}, off: {off}.").format(on=on, off=off))
        else:
            return self._ask(request, owner, rows, wishes)
        return HttpResponseRedirect(request.get_full_path())

    def _chosen(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the address asks for."""
        asked = _asked(request)
        if asked["region"]:
            rows = rows.filter(country__regions=asked["region"])
        if asked["state"] in {"on", "off"}:
            rows = rows.filter(active=asked["state"] == "on")
        if PRIMARY_KEY.fullmatch(asked["unlike"]):
            reached = self.get_queryset(request).filter(tenant=asked["unlike"])
            like = reached.filter(country=OuterRef("country"), active=OuterRef("active"))
            rows = rows.filter(~Exists(like))
        return self.get_search_results(request, rows, asked["q"])[0] if asked["q"] else rows

    def _wishes(self, request: HttpRequest, rows: QuerySet[Any]) -> dict[str, bool]:
        """Return what is to be switched, and how: by country, without what is so already."""
        states = dict(rows.values_list("country", "active"))
        wishes: Mapping[str, bool] = {}
        if "save" in request.POST:
            on, was = set(request.POST.getlist("active")), set(request.POST.getlist("was"))
            # What was not moved stays as others have switched it meanwhile.
            wishes = {code: code in on for code in request.POST.getlist("shown") if (code in on) != (code in was)}
        elif request.POST.get("all") in {"on", "off"}:
            active = request.POST["all"] == "on"
            wishes = dict.fromkeys(self._chosen(request, rows).values_list("country", flat=True), active)
        elif PRIMARY_KEY.fullmatch(request.POST.get("copy", "")):
            source = self.get_queryset(request).filter(tenant=request.POST["copy"])
            wishes = dict(source.values_list("country", "active"))
        return {code: active for code, active in wishes.items() if code in states and states[code] != active}

    def _ask(
        self, request: HttpRequest, owner: Tenant, rows: QuerySet[Any], wishes: Mapping[str, bool]
    ) -> HttpResponse:
        """Show what would be switched, and the counts before and after."""
        moved = by_name([row for row in rows.order_by() if row.country_id in wishes])
        before = rows.filter(active=True).count()
        change = sum(1 if active else -1 for active in wishes.values())
        return TemplateResponse(
            request,
            "admin/geography/activation_preview.html",
            {
                **self.admin_site.each_context(request),
                "title": ngettext(
                    "{tenant}: switch {number} country?", "{tenant}: switch {number} countries?", len(wishes)
                ).format(tenant=owner, number=len(wishes)),
                "opts": self.opts,
                "owner": owner,
                "on": [row.country for row in moved if wishes[row.country_id]],
                "off": [row.country for row in moved if not wishes[row.country_id]],
                "before": before,
                "after": before + change,
                "count": len(wishes),
                "sent": [(name, request.POST[name]) for name in ("all", "copy") if request.POST.get(name)],
                "back": request.get_full_path(),
            },
        )

    def _show(self, request: HttpRequest, owner: Tenant, rows: QuerySet[Any]) -> HttpResponse:
        reached = tenants_of(request)
        others = (Tenant.objects.all() if reached is None else reached).exclude(pk=owner.pk).order_by("code")
        chosen = list(self._chosen(request, rows))
        if not _asked(request)["q"]:
            chosen = by_name(chosen)
        states = dict(rows.order_by().values_list("country", "active"))
        drawn = spots({row.country_id: shown_name(row.country) for row in chosen})
        last = _last_change(owner)
        return TemplateResponse(
            request,
            "admin/geography/activation.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("Countries of {tenant}").format(tenant=owner),
                "opts": self.opts,
                "owner": owner,
                "rows": chosen,
                "view_box": world_map().view_box,
                "spots": [(spot, states.get(spot.code)) for spot in drawn],
                "active": sum(states.values()),
                "total": len(states),
                "regions": names_in_order(Region.objects.current()),
                "others": list(others.values_list("pk", "code")),
                "asked": _asked(request),
                "may_switch": self.has_change_permission(request),
                "last": last,
                "undo": reverse("admin:geography_tenantcountry_undo", args=[last.pk]) if last else "",
            },
        )


def _last_change(owner: Tenant) -> LogEntry | None:
    """Return the last entry about the countries of a tenant, called after all that the same click switched."""
    kind = ContentType.objects.get_for_model(TenantCountry)
    entries = LogEntry.objects.filter(
        content_type=kind, additional_data__tenant=owner.code, serialized_data__isnull=False
    ).defer("serialized_data")
    last: LogEntry | None = entries.order_by("-pk").first()
    if last is None:
        return None
    together = entries.filter(cid=last.cid, actor=last.actor_id).count() if last.cid else 1
    if together > 1:
        last.object_repr = bulk.named(Country, together)
    else:
        name_entries([last])
    return last
