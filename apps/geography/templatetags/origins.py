"""Where each name on the page of a place comes from, beside it."""

from typing import Any

from django import template
from django.forms.utils import flatatt
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from apps.back_office.forms.inputs import PlainTextInput

register = template.Library()


@register.simple_tag(takes_context=True)
def origin_of(context: Context, row: Any, field: str) -> SafeString | str:
    """Show where a field of a row comes from, with the button that gives it back; nothing where that is not known."""
    origin = (context.get("origins") or {}).get((row._meta.model_name, row.pk, field)) if row else None
    if origin is None:
        return ""
    if not origin.is_ours:
        # Of a hundred names nearly all.
        said = gettext("Upstream: <bdi>%(source)s</bdi>") % {"source": conditional_escape(origin.source)}
        return mark_safe(f'<div class="help origin">{said}</div>')  # noqa: S308 - what is not ours is escaped
    shown = {"origin": origin, "may_give_back": context.get("may_give_back")}
    return get_template("admin/geography/origin.html").render(shown)


@register.simple_tag(takes_context=True)
def plain_row(context: Context, line: Any) -> SafeString | str:
    """Return the row of one text with nothing to say of it, as fieldset.html has it; "" for any other.

    A country has a hundred names, and Django takes four templates for each.
    """
    if len(line.fields) != 1 or line.fields[0] in line.readonly_fields:
        return ""
    field = line.form[line.fields[0]]
    if not isinstance(field.field.widget, PlainTextInput) or field.errors or field.help_text:
        return ""
    return format_html(
        '<div class="form-row field-{}"><div><div class="flex-container"><label{}>{}{}</label>{}</div>{}</div></div>',
        field.name,
        flatatt({"for": field.id_for_label, **({"class": "required"} if field.field.required else {})}),
        field.label,
        line.form.label_suffix,
        field,
        origin_of(context, context.get("original"), field.name),
    )
