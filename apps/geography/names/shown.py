"""What places are called on pages of staff: as the language of the page has it, else in English."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language

from apps.geography.names.languages import SOURCE_LANGUAGE, column, fallbacks


def page_languages() -> tuple[str, ...]:
    """Return the languages in which to look for a name, that of the page first."""
    return fallbacks(get_language() or SOURCE_LANGUAGE)


def name_columns(prefix: str = "") -> list[str]:
    """Return the columns that may have the name, of what is reached by a prefix such as "country__"."""
    return [f"{prefix}{column('name', language)}" for language in page_languages()]


def first_name(names: Iterable[str | None]) -> str:
    """Return the first of the values of `name_columns` that says something."""
    return next(filter(None, names), "")


def shown_name(row: Any) -> str:
    """Return what a row is called; where the columns of the language are not loaded, it is the English name."""
    loaded = vars(row)
    language, name = loaded.get("named_in", ("", ""))
    if language and language == get_language():
        return str(name)
    return first_name(map(loaded.get, name_columns())) or row.name
