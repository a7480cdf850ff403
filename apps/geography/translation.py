"""Which fields are translated, and into which languages they must be."""

from django.conf import settings
from modeltranslation import utils
from modeltranslation.translator import TranslationOptions, register

from apps.geography.models import Country, Region, Subdivision, SubdivisionType


def _language_of_data() -> str:
    """Return the language in which `name` is read and written, whatever the language of the page."""
    return settings.MODELTRANSLATION_DEFAULT_LANGUAGE


# modeltranslation would take that in which the back office speaks: "name" in a list, a form or a filter would be
# another column for each colleague. Whoever wants a name in a language says in which (names/languages.py).
utils._get_language = _language_of_data  # type: ignore[attr-defined]


class NameTranslation(TranslationOptions):
    """A translated name; English must be there, since every fallback ends in it."""

    fields = ("name",)
    required_languages = ("en",)


register([Country, Region, Subdivision, SubdivisionType])(NameTranslation)
