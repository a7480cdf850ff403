"""Back office for the history, which nobody edits."""

from typing import Any, ClassVar

from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.back_office.history.recorded import listed
from apps.back_office.history.words import name_entries
from apps.back_office.lists.closed_filters import ClosedFilters
from apps.back_office.lists.read_only import ReadOnly
from apps.back_office.templatetags import history

admin.site.unregister(LogEntry)
# Django deletes, and says so, in two transactions.
admin.site.add_action(transaction.atomic(delete_selected), "delete_selected")


class ByFilter(admin.SimpleListFilter):
    """By what something was changed."""

    title = _("way")
    parameter_name = "by"
    parts = ("user", "credential", "command")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return who writes."""
        return [("user", _("Staff")), ("credential", _("The API")), ("command", _("A command or an import"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the entries of these; an import that staff started counts as both."""
        if self.value() not in self.parts:
            return queryset
        return queryset.filter(**{f"additional_data__{self.value()}__isnull": False})


class AuditAdmin(ReadOnly, ClosedFilters):
    """When, who, from where, of what, from what to what. A credential is named by its public id."""

    fields = ("timestamp", "who", "remote_addr", "cid", "content_type", "object_repr", "action", "what")
    list_display = ("when", "undo", "who", "of_what", "what", "remote_addr")
    list_select_related = ("actor", "content_type")
    list_filter: ClassVar[tuple[Any, ...]] = (ByFilter, "action", ("content_type", admin.RelatedOnlyFieldListFilter))
    search_fields = (
        "object_repr", "=cid", "=remote_addr", "additional_data__tenant", "additional_data__credential",
        "additional_data__user", "additional_data__command",
    )  # fmt: skip
    search_help_text = _("What was changed, a user, a tenant, the id of a credential or of a request, an address")
    ordering = ("-timestamp", "-pk")
    date_hierarchy = "timestamp"
    show_full_result_count = False

    @admin.display(description=_("When"), ordering="timestamp")
    def when(self, entry: LogEntry) -> Any:
        """Return the moment."""
        return entry.timestamp

    @admin.display(description=_("Who"))
    def who(self, entry: LogEntry) -> str:
        """Return the credential and its tenant, the user, or the command."""
        return history.who(entry)

    @admin.display(description=_("Of what"), ordering="object_repr")
    def of_what(self, entry: LogEntry) -> SafeString:
        """Return what it was called, what it is, and what was done with it."""
        said = (entry.object_repr, entry.content_type.name, entry.get_action_display())
        return format_html('{} <span class="quiet">({}, {})</span>', *said)

    @admin.display(description=_("Undo"))
    def undo(self, entry: Any) -> SafeString | str:
        """Return the button that undoes it, where nothing has come after it."""
        return history.undo_button(entry)

    @admin.display(description=_("What"))
    def what(self, entry: LogEntry) -> SafeString:
        """Return each field with its old and new value."""
        return history.what(entry)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return an entry, with places as the page calls them."""
        entry = super().get_object(request, object_id, from_field)
        name_entries([entry] if entry else [])
        return entry

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list, with places as the page calls them."""
        found = super().get_changelist_instance(request)
        name_entries(found.result_list)
        return found

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """Say of each entry whether it can be undone."""
        return listed(super().get_queryset(request), request)
