"""Pages of what belongs to tenants: whoever is limited to tenants of their own finds nothing else there."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest

from apps.back_office.history.recorded import RecordedAdmin
from apps.tenants.models import StaffReach, Tenant


def tenants_of(request: HttpRequest) -> QuerySet[Tenant] | None:
    """Return the tenants that the user is limited to, None for whoever reaches all."""
    return StaffReach.objects.tenants_of(request.user)


class OwnTenantsFilter(admin.RelatedFieldListFilter):
    """The tenant, out of those that the user reaches."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Return the tenants by code; one query."""
        own = tenants_of(request)
        tenants = Tenant.objects.all() if own is None else own
        return list(tenants.order_by("code").values_list("pk", "code"))


class OwnTenantsAdmin(RecordedAdmin):
    """A page whose lists, forms, actions, suggestions and history have rows of the user's tenants alone.

    tenant_path: from a row to its tenant.
    """

    tenant_path = "tenant"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what belongs to tenants that the user does not reach."""
        rows: QuerySet[Any] = super().get_queryset(request)
        own = tenants_of(request)
        return rows if own is None else rows.filter(**{f"{self.tenant_path}__in": own})

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Take only tenants that the user reaches."""
        own = tenants_of(request)
        if db_field.related_model is Tenant and own is not None:
            kwargs["queryset"] = own
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def about(self, obj: Model) -> dict[str, Any]:
        """Say in the history whose it is."""
        for name in filter(None, self.tenant_path.removesuffix("pk").split("__")):
            obj = getattr(obj, name)
        return {"tenant": getattr(obj, "code", "")}
