"""Back office for tenants and their plans."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import JSONField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.back_office.forms.list_fields import WordsField
from apps.back_office.forms.stale_forms import FreshAdmin, FreshForm
from apps.back_office.words.language_names import named_languages
from apps.tenants.models import Plan, Tenant
from apps.tenants.own_tenants import OwnTenantsAdmin, tenants_of

BOUGHT = ("plan", "is_enabled", "requests_per_minute", "monthly_quota")


class TenantForm(FreshForm):
    """Languages to pick instead of JSON to write."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=named_languages,
        widget=forms.CheckboxSelectMultiple,
        initial=["en"],
        help_text=_("The languages in which the tenant shows names."),
    )

    class Meta:
        model = Tenant
        fields: ClassVar = ["default_language"]
        help_texts: ClassVar = {"default_language": _("Answers in it when the caller asks for none that we have.")}


@admin.register(Tenant)
class TenantAdmin(OwnTenantsAdmin, FreshAdmin):
    """Tenants are switched off, never deleted: their credentials and choices hang on them."""

    form = TenantForm
    tenant_path = "pk"
    fieldsets = (
        (None, {"fields": ["code", "name", "plan", "is_enabled", "workspace_id"]}),
        (_("Languages"), {"fields": ["languages", "default_language"]}),
        (_("How it calls"), {"fields": ["requires_x_version", "allows_anonymous", "origins"]}),
        (_("How much it may ask"), {"fields": ["requests_per_minute", "monthly_quota"]}),
    )
    readonly_fields = ("workspace_id",)
    formfield_overrides: ClassVar = {
        JSONField: {
            "form_class": WordsField,
            "help_text": _("Browser origins that may call, such as https://shop.example; one to a line."),
        }
    }
    list_display = ("code", "name", "plan", "default_language", "is_enabled", "created_at")
    list_filter = ("is_enabled", "plan")
    list_select_related = ("plan",)
    search_fields = ("code", "name", "=workspace_id")

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name languages as the page does, in the order of its letters."""
        if db_field.name == "default_language":
            kwargs["choices"] = named_languages()
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Tenant | None = None) -> Any:
        """Leave out the workspace id of a tenant to come: it is drawn when that is saved."""
        first, *rest = super().get_fieldsets(request, obj)
        fields = [name for name in first[1]["fields"] if obj or name != "workspace_id"]
        return [(first[0], {**first[1], "fields": fields}), *rest]

    def get_readonly_fields(self, request: HttpRequest, obj: Tenant | None = None) -> Any:
        """Fix the code of a tenant that exists: it is part of its URLs; and for its own managers what it has bought."""
        bought = BOUGHT if tenants_of(request) is not None else ()
        return ("code", *self.readonly_fields, *bought) if obj else self.readonly_fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse whoever is limited to tenants that exist."""
        return super().has_add_permission(request) and tenants_of(request) is None

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """Refuse."""
        return False


@admin.register(Plan)
class PlanAdmin(FreshAdmin):
    """What tenants have bought."""

    list_display = ("name", "subdivision_access", "extended_translations", "requests_per_minute", "monthly_quota")
