"""Languages as geography holds them: which column holds a name, and where a missing name comes from."""

from functools import lru_cache

from django.conf import settings
from modeltranslation.utils import build_localized_fieldname

LANGUAGES: frozenset[str] = frozenset(code for code, _ in settings.LANGUAGES)
SOURCE_LANGUAGE = "en"


@lru_cache(maxsize=1024)
def column(field: str, language: str) -> str:
    """Return the column of a translated field: ("name", "zh-hans") is "name_zh_hans"."""
    return build_localized_fieldname(field, language)


@lru_cache(maxsize=1024)
def parents(language: str) -> tuple[str, ...]:
    """Return the language and those that it inherits from in CLDR, nearest first.

    Only a region is ever dropped: `zh-hant` and `sr-latn` have no parent, since theirs is another script.
    """
    base, _, variant = language.partition("-")
    if not variant or len(variant) > 2 or base not in LANGUAGES:
        return (language,)
    return (language, base)


@lru_cache(maxsize=1024)
def fallbacks(language: str, default: str = SOURCE_LANGUAGE) -> tuple[str, ...]:
    """Return where to look for a text, in order: the language, its parents, the tenant's default, English."""
    return tuple(dict.fromkeys((*parents(language), *parents(default), SOURCE_LANGUAGE)))
