"""Which language a request asks for: RFC 4647 lookup over the languages we hold."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from apps.geography.names.languages import LANGUAGES

# Longer headers are cut, so that any header is answered in bounded time.
MAX_HEADER_LENGTH = 2048
MAX_ELEMENTS = 100
MAX_SUBTAGS = 8

ELEMENT = re.compile(
    r"\s*(\*|[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*)\s*(?:;\s*[Qq]\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.ASCII,
)

# Of these headers the first that names a language we hold decides, for who is asked by several.
LANGUAGE_HEADERS = ("X-Forced-Language", "Accept-Language", "X-Default-Language")

# What `*` may mean after what is preferred.
ANY_LANGUAGE = tuple(sorted(LANGUAGES))

# Tags that lookup by truncation would not find, or would find in the wrong script.
ALIASES = {
    "zh": "zh-hans", "zh-cn": "zh-hans", "zh-sg": "zh-hans", "zh-my": "zh-hans",
    "zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant", "zh-yue": "zh-hant", "yue": "zh-hant",
    "cmn": "zh-hans", "cmn-hant": "zh-hant", "cmn-tw": "zh-hant", "zh-cmn-hant": "zh-hant", "yue-hans": "zh-hans",
    "no": "nb", "iw": "he", "in": "id", "sh": "sr-latn", "mo": "ro", "ku-arab": "ckb",
    "sr-me": "sr-latn", "sr-ba": "sr", "sr-cyrl": "sr",
    "pt-ao": "pt", "pt-mz": "pt", "pt-pt": "pt",
}  # fmt: skip


def chosen(headers: Mapping[str, str], default: str) -> str:
    """Return the language that `LANGUAGE_HEADERS` choose, `default` where none of them can be used.

    A `*` leaves the choice to the headers after it and to the default, unless it stands beside what excludes those.
    """
    preferred = (default, *ANY_LANGUAGE)
    for name in reversed(LANGUAGE_HEADERS):
        language = negotiate(headers.get(name, ""), preferred)
        if language is not None:
            preferred = (language, *preferred)
    return preferred[0]


@lru_cache(maxsize=256)
def canonical(language: str) -> str:
    """Return one of our codes as a BCP 47 tag: "zh-hans" is "zh-Hans", "pt-br" is "pt-BR"."""
    base, _, variant = language.partition("-")
    if not variant:
        return base
    return f"{base}-{variant.title() if len(variant) == 4 else variant.upper()}"


def _cut(header: str) -> str:
    """Return a header that is too long without its end, at a comma."""
    return header if len(header) <= MAX_HEADER_LENGTH else header[:MAX_HEADER_LENGTH].rpartition(",")[0]


def parse(header: str) -> Sequence[tuple[str, float]]:
    """Return (tag, q) of each well-formed element in q order, ties in the order given; q=0 stays in the list."""
    return _parse(_cut(header))


@lru_cache(maxsize=256)
def _parse(header: str) -> Sequence[tuple[str, float]]:
    elements = []
    for text in header.split(",")[:MAX_ELEMENTS]:
        match = ELEMENT.fullmatch(text)
        if match:
            elements.append((match[1].lower().replace("_", "-"), float(match[2] or 1)))
    return tuple(sorted(elements, key=lambda element: -element[1]))


def lookup(tag: str) -> str | None:
    """Return the language that answers `tag`, shortening it subtag by subtag; None when there is none."""
    subtags = tag.lower().replace("_", "-").split("-")[:MAX_SUBTAGS]
    while subtags:
        candidate = "-".join(subtags)
        candidate = ALIASES.get(candidate, candidate)
        if candidate in LANGUAGES:
            return candidate
        subtags.pop()
    return None


def negotiate(header: str, preferred: tuple[str, ...] = ()) -> str | None:
    """Return the language that `header` (Accept-Language, or a single tag) asks for, None when none can be had.

    A `*` takes the first of `preferred` that the header does not exclude; without any, the caller's own
    default decides.
    """
    return _negotiate(_cut(header), preferred)


@lru_cache(maxsize=256)
def _negotiate(header: str, preferred: tuple[str, ...]) -> str | None:
    elements = parse(header)
    # Those that the header names itself: fr-CA;q=0 says nothing about the fr that lookup would find for it.
    refused = {tag for tag, q in elements if q == 0}
    excluded = refused | {ALIASES[tag] for tag in refused & ALIASES.keys()}
    for tag, q in elements:
        if q == 0:
            break
        if tag == "*":
            return next((language for language in preferred if not _is_within(language, excluded)), None)
        language = lookup(tag)
        if language is not None and language not in excluded:
            return language
    return None


def _is_within(language: str, ranges: set[str]) -> bool:
    """Return whether one of the ranges matches the language (RFC 4647, section 3.3.1): "en" matches "en-gb"."""
    return any(f"{language}-".startswith(f"{tag}-") for tag in ranges)
