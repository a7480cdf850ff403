"""All that the history has of a place: it, its names, what leads to it, the switches of tenants, the imports of it."""

import json
import re
from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from apps.back_office.history import audit
from apps.back_office.history.recorded import RecordedAdmin, listed
from apps.back_office.words.model_words import field_label
from apps.geography.models import (
    AlternativeName,
    City,
    CityName,
    Country,
    OfficialName,
    Subdivision,
    TenantCountry,
    TenantSubdivision,
)
from apps.imports.models import ImportRun
from apps.tenants.models import Tenant
from apps.tenants.own_tenants import tenants_of

PLACES: dict[str, type[Model]] = {"country": Country, "subdivision": Subdivision, "city": City}
# Records of imports in which a place is looked for, from the latest on; each names a thousand rows of a kind at most.
MOST_RUNS = 50
# Lines of an import that are shown of a place.
MOST_LINES = 20
WRITTEN = ("added", "withdrawn", "returned")


def about(place: Model, tenants: QuerySet[Tenant] | None = None) -> Q:
    """Return the condition on entries that are about a place; of switches, on those of `tenants` if there are any.

    A query for what looks alike in records of imports.
    """
    own = _of(type(place), object_pk=str(place.pk)) | _of(type(place), pk__in=_many(place))
    return reduce(or_, [own, *_further(place, tenants), _of(ImportRun, object_id__in=list(_runs(place)))])


def asked_place(text: str) -> Model | None:
    """Return the place that an address names, "city:2950159" or "subdivision:DE-BY"; one query."""
    kind, _, key = text.partition(":")
    model: Any = PLACES.get(kind)
    is_key = re.fullmatch(r"-?[0-9]{1,18}" if model is City else r"[A-Z0-9-]{2,20}", key, re.ASCII)
    if model is None or not is_key:
        return None
    place: Model | None = model._default_manager.filter(**{"pk" if model is City else "code": key}).first()
    return place


def address_of(place: Any) -> str:
    """Return how an address names a place."""
    return f"{place._meta.model_name}:{_key(place)}"


class PlaceHistoryAdmin(RecordedAdmin):
    """Pages of places, whose history has all that has happened to them, as far as the user sees the history."""

    def entries(self, request: HttpRequest, obj: Any) -> QuerySet[LogEntry]:
        """Return the history of a place, of its own row alone to who may not see that of others."""
        if type(obj) not in PLACES.values() or not _sees_history(request):
            return super().entries(request, obj)
        return listed(LogEntry.objects.filter(about(obj, tenants_of(request))), request)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the history of a place, with a way to the whole history, of this place alone."""
        response = super().history_view(request, object_id, extra_context)
        context = getattr(response, "context_data", None)
        if context and type(context.get("object")) in PLACES.values() and _sees_history(request):
            list_ = reverse("admin:auditlog_logentry_changelist")
            context["whole"] = f"{list_}?{urlencode({'place': address_of(context['object'])})}"
        return response

    def tell(self, entries: list[LogEntry], obj: Any) -> None:
        """Say of imports what they did with the place; one query where there are any."""
        kind = ContentType.objects.get_for_model(ImportRun)
        imports = {entry.object_id: entry for entry in entries if entry.content_type_id == kind.pk}
        for run in ImportRun.objects.filter(pk__in=imports).only("report"):
            imports[run.pk].told = list(_lines(run.report, str(_key(obj))))[:MOST_LINES]


def _sees_history(request: HttpRequest) -> bool:
    return request.user.has_perm("auditlog.view_logentry")


def _key(place: Any) -> Any:
    return place.pk if isinstance(place, City) else place.code


def _of(model: type[Model], **condition: Any) -> Q:
    return Q(content_type=ContentType.objects.get_for_model(model), **condition)


def _many(place: Model) -> QuerySet[Any]:
    """Return the entries about many rows at once of which the place is one; its key is in what would undo them."""
    key = re.escape(json.dumps(place.pk))
    entries: QuerySet[Any] = LogEntry.objects.filter(_of(type(place), object_pk="", serialized_data__isnull=False))
    of_many: QuerySet[Any] = entries.annotate(text=Cast("serialized_data", TextField()))
    alike: QuerySet[Any] = of_many.filter(text__regex=rf'"keys": \[([^]]*, )?{key}[],]')
    return alike.values("pk")


def _further(place: Any, tenants: QuerySet[Tenant] | None) -> Iterator[Q]:
    """Yield the conditions on entries of rows that belong to the place, or lead to it."""
    reach = {} if tenants is None else {"tenant__in": tenants}
    with audit.in_english():
        called = [str(place), _key(place)]
    redirects = Q()
    if isinstance(place, City):
        yield _of(CityName, object_id__in=CityName.objects.filter(city=place.pk).values("pk"))
        yield _of(City, object_id__in=City.objects.filter(merged_into=place.pk).values("pk"))
    elif isinstance(place, Country):
        yield _of(AlternativeName, object_id__in=AlternativeName.objects.filter(country=place.pk).values("pk"))
        yield _of(
            TenantCountry, object_id__in=TenantCountry.objects.filter(country=place.pk, **reach).order_by().values("pk")
        )
        redirects = _changed("redirect_country", called)
    else:
        yield _of(OfficialName, object_id__in=OfficialName.objects.filter(subdivision=place.pk).values("pk"))
        rows = TenantSubdivision.objects.filter(subdivision=place.pk, **reach).order_by()
        yield _of(TenantSubdivision, object_id__in=rows.values("pk"))
        redirects = _changed("redirect_subdivision", called) | _changed("parent", called)
    if redirects:
        yield _of(Subdivision) & redirects


def _changed(field: str, values: list[str]) -> Q:
    """Return the condition on entries in which a field was, or became, one of these."""
    condition = Q()
    for value in values:
        condition |= Q(**{f"changes__{field}__0": value}) | Q(**{f"changes__{field}__1": value})
    return condition


def _runs(place: Any) -> Iterator[int]:
    key = str(_key(place))
    latest = ImportRun.objects.order_by("-pk").values("pk")[:MOST_RUNS]
    runs = ImportRun.objects.filter(pk__in=list(latest.values_list("pk", flat=True)))
    alike = runs.annotate(text=Cast("report", TextField())).filter(text__regex=f'"{re.escape(key)}[ "]')
    for run in alike.only("report"):
        if any(_lines(run.report, key)):
            yield run.pk


def _lines(report: dict[str, Any], key: str) -> Iterator[str]:
    """Yield what a report says was written of a place and its names."""
    for table in report.get("tables", ()):
        for kind in WRITTEN:
            for name in table.get(kind, ()):
                if name == key or name.startswith(f"{key} "):
                    yield f"{gettext(table['table'])}: {gettext(kind)} {name}"
        for change in table.get("changed", ()):
            if change["key"] == key or change["key"].startswith(f"{key} "):
                field = _field_label(table, change["field"])
                yield f"{change['key']}, {field}: {change['old']} → {change['new']}"


def _field_label(table: dict[str, Any], field: str) -> str:
    """Return what people call a field of a table in a report; older reports do not say whose table it is."""
    try:
        return field_label(apps.get_model(table["owner"][0]), field)
    except (KeyError, LookupError, ValueError, FieldDoesNotExist):
        return field
