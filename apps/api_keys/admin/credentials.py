"""Back office for credentials: issued, rolled and revoked; a secret is shown once."""

import shlex
from datetime import date, timedelta
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import JSONField, Model, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import get_access_token_model, get_grant_model, get_id_token_model, get_refresh_token_model

from apps.api_keys import scopes, shown_once
from apps.api_keys.models import ApiKey, CredentialUse, Kind, OAuthClient, RequestCount
from apps.back_office.forms.list_fields import WordsField
from apps.back_office.forms.stale_forms import FreshAdmin, FreshForm
from apps.back_office.history.recorded import author
from apps.back_office.lists import bulk
from apps.revisions import lease
from apps.tenants.own_tenants import OwnTenantsAdmin, OwnTenantsFilter

# Tokens live for an hour and are of no use to staff.
admin.site.unregister(
    [get_access_token_model(), get_grant_model(), get_id_token_model(), get_refresh_token_model(), OAuthClient]
)


# What "expires soon" means.
SOON = timedelta(days=30)


class ScopesForm(FreshForm):
    """Scopes to tick instead of JSON to write."""

    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=[(scope, format_lazy("{} ({})", _(meaning), scope)) for scope, meaning in scopes.SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick what it needs, no more. Without any it reads what needs no scope."),
    )

    def clean_expires_at(self) -> Any:
        """Refuse a moment that has passed: who wants a key to stop revokes it."""
        given = self.cleaned_data["expires_at"]
        if given is not None and "expires_at" in self.changed_data and given <= timezone.now():
            raise ValidationError(gettext("Give a moment that is still to come."))
        return given

    class Meta:
        help_texts: ClassVar = {
            "origins": _(
                "Public keys: the origins it may be sent from, such as https://*.shop.example; one to a line."
            ),
            "networks": _("The networks it may be used from, such as 192.0.2.0/24; one to a line. Empty: any."),
        }


class WorksFilter(admin.SimpleListFilter):
    """Whether a credential works."""

    title = _("works")
    parameter_name = "works"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return yes and no."""
        soon: list[Any] = [("soon", _("Expires within 30 days"))] if hasattr(model_admin.model, "expires_at") else []
        return [("yes", _("Yes")), ("no", _("No: revoked, expired, or its tenant disabled")), *soon]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the credentials that work, or the others."""
        if not self.value():
            return queryset
        if self.value() == "soon" and not hasattr(queryset.model, "expires_at"):
            return queryset.none()
        if self.value() == "soon":
            now = timezone.now()
            return queryset.filter(revoked_at=None, expires_at__gt=now, expires_at__lte=now + SOON)
        usable = queryset.model.objects.usable().values("pk")
        return queryset.filter(pk__in=usable) if self.value() == "yes" else queryset.exclude(pk__in=usable)


class RollForm(forms.Form):
    """How long the old secret still works."""

    overlap_hours = forms.FloatField(
        label=_("Hours for which the old secret still works"),
        min_value=0,
        max_value=24 * 90,
        initial=24,
        help_text=_("0: it stops at once."),
    )


class SecretAdmin(OwnTenantsAdmin, FreshAdmin):
    """What has a secret, which is shown once; the model issues and rolls.

    is_kept: whether the secret is stored so that it can be read again.
    """

    autocomplete_fields = ("tenant",)
    list_select_related = ("tenant",)
    # What is fixed when it is issued.
    fixed: tuple[str, ...] = ("tenant",)
    is_kept = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show with an issued credential what its issuing has added."""
        return (*(self.fields or ()), *self.readonly_fields) if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fix whose an issued credential is."""
        return (*self.fixed, *self.readonly_fields) if obj else self.readonly_fields

    def shown_once(self, credential: Any, secret: str) -> list[tuple[str, str]]:
        """Return (name, value) of what the page of a new secret shows."""
        return [(gettext("Secret"), secret)]

    def test_call(self, credential: Any, secret: str) -> dict[str, Any] | None:
        """Return {method, path, headers, body} of a call that shows whether a new secret works; None: there is none."""
        return None

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Issue a new credential; its secret lives as long as this request."""
        credential = form.save(commit=False)
        if not change:
            fields = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
            credential, request.issued_secret = self.model.objects.issue(  # type: ignore[attr-defined]
                by=author(request), **fields
            )
        return credential

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Leave it to `issue`."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Store what was changed; a new one is stored already."""
        if form.has_changed() and change:
            obj.save()

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Show the secret, on a page that nothing stores."""
        return self._lead_to_secret(request, obj, request.issued_secret)  # type: ignore[attr-defined]

    def _lead_to_secret(self, request: HttpRequest, credential: Any, secret: str, note: str = "") -> HttpResponse:
        at = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_secret", args=[credential.pk])
        response = HttpResponseRedirect(at)
        shown_once.keep(request, response, at, self.shown_once(credential, secret), note)
        return response

    def secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the secret the first time that the page is opened, on a page that nothing stores."""
        credential = self.get_object(request, str(pk))
        if credential is None:
            raise Http404
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        found = shown_once.take(request) if request.method == "GET" else None
        context = {
            **self._page(request, gettext("The new {credential}").format(credential=self.opts.verbose_name)),
            "original": credential,
            "is_kept": self.is_kept,
            **(found or {}),
        }
        if found and (call := self.test_call(credential, found["shown"][-1][1])):
            sent = ["-d", call["body"]] if "body" in call else ["-H", *map(": ".join, call["headers"].items())]
            line = shlex.join(["curl", *sent, request.build_absolute_uri(call["path"])])
            context |= {"call": call, "line": line}
        return TemplateResponse(request, "admin/api_keys/issued.html", context)

    def _page(self, request: HttpRequest, title: str) -> dict[str, Any]:
        list_url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "list_url": list_url}

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that roll, and show a secret once."""
        pages = {"roll": self.roll, "secret": self.secret}
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        added = [
            path(f"<int:pk>/{each}/", self.admin_site.admin_view(view), name=f"{name}_{each}")
            for each, view in pages.items()
        ]
        return [*added, *super().get_urls()]

    @transaction.atomic
    def roll(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask how long the old secret is needed, and show the new one once."""
        credential = self.get_object(request, str(pk))
        if credential is None:
            raise Http404
        if not self.has_change_permission(request, credential):
            raise PermissionDenied
        form = RollForm(request.POST or None)
        if form.is_valid():
            hours = form.cleaned_data["overlap_hours"]
            try:
                successor, secret = credential.roll(timedelta(hours=hours), by=author(request))
            except ValueError:
                form.add_error(None, gettext("It has expired, and so would a new one: give it a later end first."))
            else:
                note = gettext("The old secret works for {hours} hours more.").format(hours=f"{hours:g}")
                return self._lead_to_secret(request, successor, secret, note)
        context = {
            **self._page(request, gettext("Roll {credential}").format(credential=credential)),
            "original": credential,
            "form": form,
        }
        return TemplateResponse(request, "admin/api_keys/roll.html", context)


class CredentialAdmin(SecretAdmin):
    """A subclass names its model's fields; the model issues, rolls and revokes."""

    form = ScopesForm
    formfield_overrides: ClassVar = {JSONField: {"form_class": WordsField}}
    actions = ("revoke",)
    # Applications of django-oauth-toolkit name a page of their own, which is not served.
    view_on_site = False
    public_id: str
    # What is revoked stays so.
    is_undoable = False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Tick no scope beforehand: whoever issues says what it may do."""
        return {"scopes": [], **super().get_changeform_initial_data(request)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Add when each was last used."""
        uses = CredentialUse.objects.filter(credential_id=OuterRef(self.public_id))
        credentials: Any = super().get_queryset(request)
        return cast(QuerySet[Any], credentials.annotate(last_used_at=Subquery(uses.values("last_used_at"))))

    @admin.display(description=_("Last used"), ordering="last_used_at")
    def last_used(self, credential: Any) -> str:
        """Return when, to the minute."""
        at = credential.last_used_at
        return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else self.get_empty_value_display()

    @admin.display(description=_("Requests by day"))
    def usage(self, credential: Any) -> str:
        """Return a table of the last thirty days."""
        public_id = getattr(credential, self.public_id)
        days = [{**each, "asked": _asked(public_id, each["day"])} for each in RequestCount.objects.by_day(public_id)]
        return render_to_string("admin/api_keys/usage.html", {"days": days})

    @admin.action(description=_("Revoke: they stop working, at once and for good"), permissions=["change"])
    def revoke(self, request: HttpRequest, credentials: QuerySet[Any]) -> HttpResponse | None:
        """Ask first, then revoke those that still work."""
        usable = credentials.filter(pk__in=self.model.objects.usable().values("pk"))
        question = gettext(
            "Revoke {rows}? Whoever uses them is refused with the next request, for good: this cannot be undone."
        )
        if page := bulk.ask(self, request, usable, question=question, button=gettext("Revoke")):
            return page
        chosen = list(usable.values_list("pk", flat=True))
        count = self.model.objects.filter(pk__in=chosen).revoke(by=author(request))
        # Say so when it is true in every process.
        lease.wait()
        self.message_user(request, gettext("Revoked: {number}.").format(number=count))
        return None

    def is_revoked(self, credential: Any) -> bool:
        """Return whether it has been stopped for good."""
        raise NotImplementedError

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse for one that is revoked."""
        return super().has_change_permission(request, obj) and not (obj and self.is_revoked(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a revoked credential stays on record."""
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(CredentialAdmin):
    """Private and public keys."""

    fields = ("tenant", "kind", "label", "scopes", "origins", "networks", "requests_per_minute", "expires_at")
    fixed = ("tenant", "kind")
    public_id = "key_id"
    readonly_fields = ("shown_key", "state", "created_at", "last_used", "usage")
    radio_fields: ClassVar = {"kind": admin.HORIZONTAL}
    list_display = ("shown_key", "tenant", "kind", "label", "state", "last_used", "created_at", "expires_at")
    list_filter = (WorksFilter, "kind", ("tenant", OwnTenantsFilter))
    search_fields = ("=key_id", "=last_four", "label", "tenant__code")

    def test_call(self, credential: ApiKey, secret: str) -> dict[str, Any] | None:
        """Return a list of countries; only a page of one of its origins can call with a public key."""
        if credential.kind == Kind.PUBLIC:
            return None
        return {"method": "GET", "path": "/api/data/countries", "headers": {"Authorization": f"Bearer {secret}"}}

    @admin.display(description=_("Key"), ordering="key_id")
    def shown_key(self, key: ApiKey) -> str:
        """Return what may be shown of it: its id and its last four characters."""
        return f"gaz_{key.kind}_{key.key_id}_…{key.last_four}"

    @admin.display(description=_("State"))
    def state(self, key: ApiKey) -> str:
        """Return it in words."""
        if key.revoked_at:
            return gettext("Revoked {date}").format(date=date_format(key.revoked_at, "SHORT_DATE_FORMAT"))
        return gettext("Expired") if key.has_expired(timezone.now()) else gettext("Works")

    def is_revoked(self, credential: ApiKey) -> bool:
        """Return whether it has been stopped for good."""
        return credential.revoked_at is not None


@admin.register(OAuthClient)
class OAuthClientAdmin(CredentialAdmin):
    """Clients that fetch access tokens with their id and secret."""

    fields = ("tenant", "name", "scopes", "requests_per_minute")
    public_id = "client_id"
    readonly_fields = ("client_id", "works", "old_secret", "created", "last_used", "usage")
    list_display = ("client_id", "tenant", "name", "works", "last_used", "created")
    list_filter = (WorksFilter, ("tenant", OwnTenantsFilter))
    search_fields = ("=client_id", "name", "tenant__code")

    def shown_once(self, credential: OAuthClient, secret: str) -> list[tuple[str, str]]:
        """Return the id with the secret: a client needs both."""
        return [(gettext("Client id"), credential.client_id), (gettext("Client secret"), secret)]

    def test_call(self, credential: OAuthClient, secret: str) -> dict[str, Any] | None:
        """Return a fetch of an access token."""
        body = {"grant_type": "client_credentials", "client_id": credential.client_id, "client_secret": secret}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return {"method": "POST", "path": "/oauth/token", "headers": form, "body": urlencode(body)}

    @admin.display(description=_("Works"), boolean=True, ordering="is_enabled")
    def works(self, client: OAuthClient) -> bool:
        """Return whether it has not been revoked."""
        return bool(client.is_enabled)

    @admin.display(description=_("Old secret"))
    def old_secret(self, client: OAuthClient) -> str:
        """Return how long the secret before the current one works."""
        end = client.previous_secret_expires_at
        if not end or end <= timezone.now():
            return self.get_empty_value_display()
        return gettext("Works until {moment}").format(moment=date_format(end, "DATETIME_FORMAT"))

    def is_revoked(self, credential: OAuthClient) -> bool:
        """Return whether it has been stopped for good."""
        return not credential.is_enabled


def _asked(public_id: str, day: date) -> str:
    """Return the query of the address that lists what a credential asked on a day."""
    parts = {f"hour__{part}": getattr(day, part) for part in ("year", "month", "day")}
    return urlencode({"q": public_id, **parts})
