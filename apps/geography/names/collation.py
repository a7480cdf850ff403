"""Order as the readers of a language expect it, by ICU."""

from collections.abc import Callable
from functools import lru_cache

import icu


@lru_cache(maxsize=128)
def sort_key(language: str) -> Callable[[str], bytes]:
    """Return the function that maps a name to its sort key in the collation of `language`."""
    collator = icu.Collator.createInstance(icu.Locale.forLanguageTag(language))
    key: Callable[[str], bytes] = collator.getSortKey
    return key
