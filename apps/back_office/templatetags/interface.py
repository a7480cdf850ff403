"""The languages in which our pages speak."""

from collections.abc import Iterable

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def interface_languages() -> Iterable[tuple[str, str]]:
    """Return each with its own name for itself."""
    languages: dict[str, str] = settings.INTERFACE_LANGUAGES
    return languages.items()
