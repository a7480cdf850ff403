"""Back office for the record of what callers changed through the API; nobody edits it."""

from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join

admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class AuditAdmin(admin.ModelAdmin[Any]):
    """When, who, of what, from what to what. The credential is named by its public id."""

    fields = ("timestamp", "who", "remote_addr", "cid", "content_type", "object_repr", "action", "what")
    list_display = ("timestamp", "who", "content_type", "object_repr", "what")
    list_select_related = ("actor", "content_type")
    list_filter = ("action", ("content_type", admin.RelatedOnlyFieldListFilter))
    search_fields = ("object_repr", "=cid", "additional_data__tenant", "additional_data__credential")
    search_help_text = "What was changed, a tenant, the id of a credential or of a request"
    date_hierarchy = "timestamp"
    show_full_result_count = False

    @admin.display(description="Who")
    def who(self, entry: LogEntry) -> str:
        """Return the credential and its tenant, or the user."""
        caller = entry.additional_data or {}
        if "credential" in caller:
            return f"{caller['credential']} of {caller.get('tenant')}"
        return str(entry.actor or "unknown")

    @admin.display(description="What")
    def what(self, entry: LogEntry) -> str:
        """Return each field with its old and new value."""
        changes = ((field, *values) for field, values in (entry.changes or {}).items())
        return format_html_join("", "{}: {} → {}<br>", changes)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False
