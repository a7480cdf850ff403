"""Which fields are translated, and into which languages they must be."""

from modeltranslation.translator import TranslationOptions, register

from apps.geography.models import Country, Region, Subdivision, SubdivisionType


class NameTranslation(TranslationOptions):
    """A translated name; English must be there, since every fallback ends in it."""

    fields = ("name",)
    required_languages = ("en",)


register([Country, Region, Subdivision, SubdivisionType])(NameTranslation)
