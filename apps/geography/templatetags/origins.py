"""Where each name on the page of a place comes from, beside it."""

from typing import Any

from django import template
from django.template.context import Context

register = template.Library()


@register.inclusion_tag("admin/geography/origin.html", takes_context=True)
def origin_of(context: Context, row: Any, field: str) -> dict[str, Any]:
    """Show where a field of a row comes from, with the button that gives it back; nothing where that is not known."""
    origins = context.get("origins") or {}
    key = (row._meta.model_name, row.pk, field) if row else None
    return {"origin": origins.get(key), "may_give_back": context.get("may_give_back")}
