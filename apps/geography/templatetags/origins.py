"""Where each name on the page of a place comes from, beside it."""

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def origin_of(context: Context, row: Any, field: str) -> SafeString | str:
    """Show where a field of a row comes from, with the button that gives it back; nothing where that is not known."""
    origin = (context.get("origins") or {}).get((row._meta.model_name, row.pk, field)) if row else None
    if origin is None:
        return ""
    shown = {"origin": origin, "may_give_back": context.get("may_give_back")}
    return get_template("admin/geography/origin.html").render(shown)
