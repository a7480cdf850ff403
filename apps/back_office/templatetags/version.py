"""Which Gazetteer this is."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def version() -> str:
    """Return the version of the product."""
    return str(settings.VERSION)
