"""What the home page shows: how the tenants stand, and what needs a look."""

from collections.abc import Mapping
from typing import Any

from auditlog.models import LogEntry
from django import template
from django.contrib import admin
from django.db.models import Count, Q
from django.template.context import Context
from django.utils import timezone

from apps.api_keys.admin.credentials import SOON
from apps.api_keys.models import ApiKey, RequestCount
from apps.back_office.history.words import name_entries
from apps.back_office.words.numbers import grouped
from apps.geography.admin.inlines import languages_of
from apps.geography.curation.worklist import LARGE, MODELS, progress_of_all
from apps.geography.models import DataCheck, StoredSuspicion
from apps.geography.report.words import kind_in_words
from apps.imports.models import ImportRun
from apps.staff.translations import KINDS, editable, in_reach
from apps.tenants.models import Tenant
from apps.webhooks.models import Webhook

register = template.Library()
register.filter(grouped)


@register.filter
def of(sums: Mapping[str, int], status: str) -> int:
    """Return the sum of a class of statuses."""
    return sums.get(status, 0)


MOST_TENANTS, MOST_CHANGES, MOST_LANGUAGES = 50, 10, 12


@register.simple_tag(takes_context=True)
def standing(context: Context) -> dict[str, Any]:
    """Return the figures that the user may see; at most one query for each."""
    request = context["request"]
    found: dict[str, Any] = {}

    def rows(model: Any) -> Any:
        """Return the rows of a table that the user reaches, None for a table that they may not see."""
        page = admin.site._registry[model]
        return page.get_queryset(request) if page.has_view_permission(request) else None

    if (tenants := rows(Tenant)) is not None:
        current = Q(tenant_countries__country__withdrawn_on=None)
        tenants = tenants.annotate(
            active=Count("tenant_countries", filter=current & Q(tenant_countries__active=True)),
            countries=Count("tenant_countries", filter=current),
        )
        found["tenants"] = list(tenants.order_by("code")[:MOST_TENANTS])
    if (asked := rows(RequestCount)) is not None:
        found["asked"] = asked.by_style()
        found["statuses"] = sorted({status for sums in found["asked"].values() for status in sums})
    if rows(StoredSuspicion) is not None:
        found["checks"] = [check for check in DataCheck.objects.counted() if check.looked_at]
        found["suspicions"] = [(kind_in_words(check.kind), check) for check in found["checks"] if check.number]
    if (keys := rows(ApiKey)) is not None:
        now = timezone.now()
        found["expiring"] = keys.filter(revoked_at=None, expires_at__gt=now, expires_at__lte=now + SOON).count()
    if (webhooks := rows(Webhook)) is not None:
        found["broken"] = webhooks.broken().count()
    if (runs := rows(ImportRun)) is not None and (run := runs.defer("report").order_by("-started_at", "-pk").first()):
        totals = {kind: sum(table.get(kind, 0) for table in run.counts.values()) for kind in ("kept", "rejected")}
        found |= {"run": run, **totals}
    if (entries := rows(LogEntry)) is not None:
        found["entries"] = list(entries[:MOST_CHANGES])
        name_entries(found["entries"])
    if kinds := editable(request):
        shown = [code for tenant in found.get("tenants", ()) for code in tenant.languages]
        used = {*(shown or Tenant.objects.languages()), *(languages_of(request) or ())} - {"en"}
        languages = [each for each in in_reach(request) if each[0] in used][:MOST_LANGUAGES]
        counts = progress_of_all(kinds, [code for code, _ in languages]) if languages else []
        words = {kind: (word, MODELS[kind]._meta.verbose_name_plural) for word, kind in KINDS.items()}
        found["named"] = [
            (name, [(*words[kind], standing[index]) for kind, standing in counts])
            for index, (_, name) in enumerate(languages)
        ]
        found["kinds"] = [MODELS[kind]._meta.verbose_name_plural for kind in kinds]
        found["large"] = grouped(LARGE)
    return found
