"""What was put down in English with values in it, in the words of the page."""

import re
from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext


def in_words(text: str, phrases: Iterable[str]) -> str:
    """Return a text that was made from one of these phrases, such as "also {others}", in the language of the page.

    What is in braces varies, and stays as it is; a `{kind}` is a phrase itself.
    """
    for phrase in phrases:
        if found := _pattern(phrase).fullmatch(text):
            values = found.groupdict()
            return gettext(phrase).format(**values | {name: gettext(values[name]) for name in {"kind"} & set(values)})
    return gettext(text) if text else text


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(phrase)))
