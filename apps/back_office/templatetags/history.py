"""The history in words."""

from typing import Any, cast

from auditlog.models import LogEntry
from django import template
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

register = template.Library()


@register.filter
def who(entry: LogEntry) -> str:
    """Return the credential and its tenant, the user, the command, or a command and who started it."""
    by = entry.additional_data or {}
    if "credential" in by:
        return gettext("{credential} of {tenant}").format(credential=by["credential"], tenant=by.get("tenant"))
    user = by.get("user") or (str(entry.actor) if entry.actor_id else "")
    command = f"manage.py {by['command']}" if "command" in by else ""
    if user and command:
        return gettext("{user}, by {command}").format(user=user, command=command)
    return user or command or gettext("unknown")


@register.filter
def what(entry: LogEntry) -> SafeString:
    """Return each field with its old and new value, one to a line."""
    by = entry.additional_data or {}
    lines = [("", gettext(by["note"]))] if by.get("note") else []
    lines += [(f"{field}: ", _values(values)) for field, values in (entry.changes or {}).items()]
    lines += [("", told) for told in getattr(entry, "told", ())]
    return format_html_join("", "{}{}<br>", lines)


@register.filter
def page(entry: LogEntry) -> str:
    """Return the address of the page of what was changed, "" where there is none."""
    kind = entry.content_type
    if entry.action == LogEntry.Action.DELETE or not entry.object_pk:
        return ""
    try:
        return reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[quote(entry.object_pk)])
    except NoReverseMatch:
        return ""


@register.filter
def undo_button(entry: Any) -> SafeString | str:
    """Return the button that undoes a change, "" where something has come after it."""
    if not getattr(entry, "is_last", False):
        return ""
    kind = entry.content_type
    page = admin.site._registry.get(kind.model_class())
    if not getattr(page, "is_undoable", False):
        return ""
    address = reverse(f"admin:{kind.app_label}_{kind.model}_undo", args=[entry.pk])
    return format_html(
        '<button type="submit" class="undo" form="undo" formaction="{}" aria-label="{}: {}">{}</button>',
        address,
        gettext("Undo"),
        entry.object_repr,
        gettext("Undo"),
    )


@register.simple_tag
def latest_by(user: User, number: int) -> QuerySet[LogEntry]:
    """Return what a user changed last."""
    entries = LogEntry.objects.filter(actor=user).select_related("content_type").defer("serialized_data")
    entries = entries.order_by("-timestamp", "-pk")
    return cast(QuerySet[LogEntry], entries[:number])


def _values(values: Any) -> str:
    return " → ".join(text or gettext("nothing") for text in values)
