"""What languages are called on pages of the back office."""

from functools import lru_cache

import icu
from babel import Locale
from django.conf import settings
from django.utils.translation import get_language, gettext

LANGUAGE_NAMES = dict(settings.LANGUAGES)


def language_name(code: str | None) -> str:
    """Return what a language is called in that of the page: by Django, CLDR, its parts, in English, or its code."""
    if not code:
        return gettext("Any language")
    english = LANGUAGE_NAMES.get(code, "")
    named = gettext(english) if english else ""
    if named != english:
        return named
    key, here = code.replace("-", "_"), get_language() or settings.LANGUAGE_CODE
    return _cldr(here).get(key) or _in_parts(code, here) or english or _cldr("en").get(key, code)


def named_languages() -> list[tuple[str, str]]:
    """Return the languages of the data with their names in that of the page, in the order of its letters."""
    in_order = icu.Collator.createInstance(icu.Locale.forLanguageTag(get_language() or settings.LANGUAGE_CODE))
    named = [(code, language_name(code)) for code in LANGUAGE_NAMES]
    return sorted(named, key=lambda each: in_order.getSortKey(each[1]))


@lru_cache
def _in_parts(code: str, page: str) -> str:
    """Return the name of a language with script or region, "Amharic (Latin)", where each part has one; else ""."""
    language = code.partition("-")[0]
    spoken, locale = icu.Locale.forLanguageTag(code), icu.Locale.forLanguageTag(page)
    is_named = "-" in code and spoken.getDisplayLanguage(locale) != language
    return str(spoken.getDisplayName(locale)) if is_named else ""


@lru_cache
def _cldr(language: str) -> dict[str, str]:
    return dict(Locale.parse(language, sep="-").languages)
