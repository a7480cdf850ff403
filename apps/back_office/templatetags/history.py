"""The history in words."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from auditlog.models import LogEntry
from django import template
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, DateField, IntegerField
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext

from apps import PROGRAM
from apps.back_office.history import audit
from apps.back_office.history.words import counts_in_words, field_in_words, name_entries, note_in_words
from apps.back_office.words.model_words import field_label
from apps.back_office.words.numbers import grouped

register = template.Library()


@register.filter
def who(entry: LogEntry) -> str:
    """Return the credential and its tenant, the user, the command, or a command and who started it."""
    by = entry.additional_data or {}
    if "credential" in by:
        return gettext("{credential} of {tenant}").format(credential=by["credential"], tenant=by.get("tenant"))
    user = by.get("user") or (str(entry.actor) if entry.actor_id else "")
    command = f"{PROGRAM} {by['command']}" if "command" in by else ""
    if user and command:
        return gettext("{user}, by {command}").format(user=user, command=command)
    return user or command or gettext("unknown")


@register.filter
def what(entry: LogEntry) -> SafeString:
    """Return each field with its old and new value, one to a line."""
    by = entry.additional_data or {}
    lines = [("", note_in_words(by["note"]))] if by.get("note") else []
    lines += [("", change) for change in changes(entry)]
    lines += [("", told) for told in getattr(entry, "told", ())]
    return format_html_join("", "{}{}<br>", lines)


def changes(entry: LogEntry) -> Iterator[str]:
    """Yield each field with its old and its new value, in the words of the page; of what was added the new one."""
    model: Any = entry.content_type.model_class()
    for name, values in (entry.changes or {}).items():
        if not isinstance(values, list):
            # As auditlog itself notes other things.
            yield f"{name}: {values}"
            continue
        try:
            column = model._meta.get_field(name)
            label = str(capfirst(field_label(model, name)))
        except (AttributeError, FieldDoesNotExist):
            column, label = None, str(capfirst(field_in_words(name)))
        shown = values[1:] if entry.action == LogEntry.Action.CREATE else values
        renamed = getattr(entry, "renamed", {})
        said = (renamed.get(value) if isinstance(value, str) else None for value in shown)
        yield f"{label}: {' → '.join(name or _value(column, value) for name, value in zip(said, shown, strict=True))}"


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
def latest_by(user: User, number: int) -> list[LogEntry]:
    """Return what a user changed last."""
    entries = LogEntry.objects.filter(actor=user).select_related("content_type").defer("serialized_data")
    found = list(entries.order_by("-timestamp", "-pk")[:number])
    name_entries(found)
    return found


def _value(column: Any, value: Any) -> str:
    """Return a value in words. Older entries have texts of Python's, also for nothing and for yes or no."""
    if isinstance(column, BooleanField | DateField | IntegerField):
        with suppress(ValidationError):
            value = None if value == "None" else column.to_python(value)
    if value is None or value == "":
        return gettext("nothing")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, int):
        return grouped(value)
    if value == audit.HIDDEN:
        return gettext("(secret)")
    if column is None:
        return counts_in_words(str(value))
    return str(dict(getattr(column, "flatchoices", ())).get(value, value))
