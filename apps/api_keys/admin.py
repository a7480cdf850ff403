"""Back office for credentials: issued and revoked, never edited; a secret is shown once."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import JSONField, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from oauth2_provider.models import get_access_token_model, get_grant_model, get_id_token_model, get_refresh_token_model

from apps.api_keys import scopes
from apps.api_keys.models import ApiKey, OAuthClient, all_scopes
from apps.tenants.words import WordsField

# Tokens live for an hour and are of no use to staff.
admin.site.unregister(
    [get_access_token_model(), get_grant_model(), get_id_token_model(), get_refresh_token_model(), OAuthClient]
)


class ScopesForm(forms.ModelForm[Any]):
    """Scopes to tick instead of JSON to write."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope, f"{meaning} ({scope})") for scope, meaning in scopes.SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=all_scopes,
        required=False,
    )

    class Meta:
        help_texts: ClassVar = {
            "origins": "Public keys: the origins it may be sent from, such as https://*.shop.example; one to a line.",
            "networks": "The networks it may be used from, such as 192.0.2.0/24; one to a line. Empty: any.",
        }


class WorksFilter(admin.SimpleListFilter):
    """Whether a credential works."""

    title = "works"
    parameter_name = "works"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return yes and no."""
        return [("yes", "Yes"), ("no", "No: revoked, expired, or its tenant disabled")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the credentials that work, or the others."""
        if not self.value():
            return queryset
        usable = queryset.model.objects.usable().values("pk")
        return queryset.filter(pk__in=usable) if self.value() == "yes" else queryset.exclude(pk__in=usable)


class CredentialAdmin(admin.ModelAdmin[Any]):
    """A subclass names its model's fields; the model's manager issues and revokes."""

    form = ScopesForm
    autocomplete_fields = ("tenant",)
    list_select_related = ("tenant",)
    formfield_overrides: ClassVar = {JSONField: {"form_class": WordsField}}
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show with an issued credential what its issuing has added."""
        return (*(self.fields or ()), *self.readonly_fields) if obj else self.fields

    def shown_once(self, credential: Any, secret: str) -> list[tuple[str, str]]:
        """Return (name, value) of what the page of a new credential shows."""
        return [("Secret", secret)]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Issue the credential; its secret lives as long as this request."""
        form.save(commit=False)
        credential, request.issued_secret = self.model.objects.issue(**form.cleaned_data)  # type: ignore[attr-defined]
        return credential

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Store nothing more: `save_form` has issued it."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Show the secret, on a page that nothing stores."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"The {self.opts.verbose_name} is issued",
            "opts": self.opts,
            "original": obj,
            "shown": self.shown_once(obj, request.issued_secret),  # type: ignore[attr-defined]
            "list_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"),
        }
        return TemplateResponse(request, "admin/api_keys/apikey/issued.html", context)

    @admin.action(description="Revoke: they stop working, at once and for good", permissions=["revoke"])
    def revoke(self, request: HttpRequest, credentials: QuerySet[Any]) -> None:
        """Revoke those that still work."""
        chosen = list(credentials)
        count = self.model.objects.filter(pk__in=[credential.pk for credential in chosen]).revoke()
        for credential in chosen:
            self.log_change(request, credential, "Revoked.")
        self.message_user(request, f"Revoked: {count}.")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Ask for Django's permission to change."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what a credential may do is fixed when it is issued."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a revoked credential stays on record."""
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(CredentialAdmin):
    """Private and public keys."""

    fields = ("tenant", "kind", "label", "scopes", "origins", "networks", "expires_at")
    readonly_fields = ("shown_key", "state", "created_at")
    radio_fields: ClassVar = {"kind": admin.HORIZONTAL}
    list_display = ("shown_key", "tenant", "kind", "label", "state", "created_at", "expires_at")
    list_filter = (WorksFilter, "kind", "tenant")
    search_fields = ("=key_id", "=last_four", "label", "tenant__code")

    @admin.display(description="Key", ordering="key_id")
    def shown_key(self, key: ApiKey) -> str:
        """Return what may be shown of it: its id and its last four characters."""
        return f"gaz_{key.kind}_{key.key_id}_…{key.last_four}"

    @admin.display(description="State")
    def state(self, key: ApiKey) -> str:
        """Return it in words."""
        if key.revoked_at:
            return f"Revoked {date_format(key.revoked_at, 'SHORT_DATE_FORMAT')}"
        return "Expired" if key.expires_at and key.expires_at <= timezone.now() else "Works"


@admin.register(OAuthClient)
class OAuthClientAdmin(CredentialAdmin):
    """Clients that fetch access tokens with their id and secret."""

    fields = ("tenant", "name", "scopes")
    readonly_fields = ("client_id", "works", "created")
    list_display = ("client_id", "tenant", "name", "works", "created")
    list_filter = (WorksFilter, "tenant")
    search_fields = ("=client_id", "name", "tenant__code")

    def shown_once(self, credential: OAuthClient, secret: str) -> list[tuple[str, str]]:
        """Return the id with the secret: a client needs both."""
        return [("Client id", credential.client_id), ("Client secret", secret)]

    @admin.display(description="Works", boolean=True, ordering="is_enabled")
    def works(self, client: OAuthClient) -> bool:
        """Return whether it has not been revoked."""
        return bool(client.is_enabled)
