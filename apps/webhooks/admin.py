"""Back office for webhooks: a secret that is shown once, a message to try, and what became of the last ones."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.api_keys.admin.credentials import SecretAdmin
from apps.back_office.forms.stale_forms import FreshForm
from apps.back_office.history import audit
from apps.back_office.history.recorded import author
from apps.geography.models.search import Kind
from apps.tenants.own_tenants import OwnTenantsFilter
from apps.webhooks import delivery
from apps.webhooks.models import Attempt, OffBecause, Outcome, Webhook, all_types

# A thread of the server waits so long.
TEST_SECONDS = 5.0
WORDS = {Kind.COUNTRY: _("Countries"), Kind.SUBDIVISION: _("Subdivisions"), Kind.CITY: _("Cities")}


class WebhookForm(FreshForm):
    """Kinds of places to tick instead of JSON to write."""

    types = forms.MultipleChoiceField(
        label=_("Tells of"),
        choices=[(kind.label, word) for kind, word in WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=all_types,
    )

    class Meta:
        help_texts: ClassVar = {
            "url": _("Where changes are sent, by https: an address of a program of the tenant, which takes POST.")
        }


class AttemptInline(admin.TabularInline[Attempt, Webhook]):
    """The last deliveries."""

    model = Attempt
    fields = readonly_fields = ("at", "outcome", "status", "ms", "detail")
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show them to whoever sees the webhook."""
        return request.user.has_perm("webhooks.view_webhook")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


class BrokenFilter(admin.SimpleListFilter):
    """Whether it is sent to."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return on, and off for whatever reason."""
        return [("on", _("On")), ("off", _("Off")), ("broken", _("Off, since nothing could be delivered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return those in that state."""
        if self.value() == "broken":
            return queryset.filter(pk__in=Webhook.objects.broken().values("pk"))
        chosen = {"on": queryset.filter(off_because=""), "off": queryset.exclude(off_because="")}
        return chosen.get(self.value() or "", queryset)


@admin.register(Webhook)
class WebhookAdmin(SecretAdmin):
    """Receivers of what changes."""

    form = WebhookForm
    fields = ("tenant", "url", "types", "label")
    readonly_fields = ("state", "failing_since", "due_at", "previous_secret_expires_at", "created_at")
    list_display = ("__str__", "tenant", "host", "label", "state", "failing_since", "created_at")
    list_filter = (BrokenFilter, ("tenant", OwnTenantsFilter))
    search_fields = ("label", "tenant__code")
    inlines = (AttemptInline,)
    actions = ("switch_on", "switch_off")
    is_kept = True
    is_undoable = False

    @admin.display(description=_("Receiver"))
    def host(self, webhook: Webhook) -> str:
        """Return the host: what is behind it may be a secret."""
        return urlsplit(webhook.url).netloc

    @admin.display(description=_("State"), ordering="off_because")
    def state(self, webhook: Webhook) -> str:
        """Return it in words."""
        return str(OffBecause(webhook.off_because).label) if webhook.off_because else gettext("On")

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Store what was changed and nothing else: who delivers writes to the same row."""
        if change and (fields := [name for name in form.changed_data if name != "seen"]):
            obj.save(update_fields=fields)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Show deliveries of what there is."""
        return self.inlines if obj else ()

    def get_urls(self) -> list[URLPattern]:
        """Add the button that sends a message."""
        view = self.admin_site.admin_view(require_POST(self.test))
        return [path("<int:pk>/test/", view, name="webhooks_webhook_test"), *super().get_urls()]

    def test(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send a message that tells of nothing, and say what became of it."""
        webhook = self.get_object(request, str(pk))
        if webhook is None:
            raise Http404
        if not self.has_change_permission(request, webhook):
            raise PermissionDenied
        answer = delivery.send_test(webhook, TEST_SECONDS)
        said = [str(answer.outcome.label), str(answer.status or answer.detail), f"{answer.ms} ms"]
        is_well = answer.outcome == Outcome.DELIVERED
        self.message_user(request, ", ".join(filter(None, said)), messages.SUCCESS if is_well else messages.ERROR)
        return HttpResponseRedirect(reverse("admin:webhooks_webhook_change", args=[pk]))

    @admin.action(description=_("Switch on: what has changed meanwhile is sent"), permissions=["change"])
    def switch_on(self, request: HttpRequest, webhooks: QuerySet[Webhook]) -> None:
        """Let them be sent to, at once."""
        off = Webhook.objects.filter(pk__in=list(webhooks.values_list("pk", flat=True))).exclude(off_because="")
        keys = list(off.values_list("pk", flat=True))
        count = audit.update(author(request), off, off_because="")
        Webhook.objects.filter(pk__in=keys).update(attempts=0, failing_since=None, due_at=None)
        self.message_user(request, gettext("Switched on: {number}.").format(number=count))

    @admin.action(description=_("Switch off: nothing is sent until they are switched on"), permissions=["change"])
    def switch_off(self, request: HttpRequest, webhooks: QuerySet[Webhook]) -> None:
        """Let nothing be sent to them."""
        on = Webhook.objects.filter(pk__in=list(webhooks.values_list("pk", flat=True)), off_because="")
        count = audit.update(author(request), on, off_because=OffBecause.STAFF)
        self.message_user(request, gettext("Switched off: {number}.").format(number=count))
