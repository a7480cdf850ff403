"""What a PATCH asks for, read strictly."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.http import parse_etags

from apps.api.errors import bad_parameter
from apps.api.languages import canonical, lookup
from apps.geography.switching import Wish
from apps.geography.validation.characters import fault, nameless, tidied

MAX_CHANGES = 300
MAX_NAME_LENGTH = 200
VERSIONED_TAG = re.compile(r'"([1-9][0-9]{0,17})-[0-9a-f]+(?:-[a-z]+)?"', re.ASCII)


def wish_in(
    body: Any, *, members: Sequence[str] = ("active", "metadata"), condition: frozenset[int] | None = None
) -> Wish:
    """Return the wish that `{"active": bool?, "metadata": {"version": int}?}` is; raises the 400."""
    if not isinstance(body, dict):
        raise bad_parameter("body", "The body must be an object.")
    for member in body:
        if member not in members:
            raise bad_parameter("body", f"The body may have the members {', '.join(members)} and no others.")
    active = body.get("active")
    if "active" in body and not isinstance(active, bool):
        raise bad_parameter("active", "The member active must be true or false.")
    metadata = body.get("metadata", {})
    if not isinstance(metadata, dict):
        raise bad_parameter("metadata", "The member metadata must be an object.")
    return Wish(active, _version(metadata), condition)


def _version(metadata: Mapping[str, Any]) -> int | None:
    if "version" not in metadata:
        return None
    version = metadata["version"]
    is_number = isinstance(version, int | float) and not isinstance(version, bool)
    if not is_number or version != version // 1 or version < 1:
        raise bad_parameter("metadata.version", "The member metadata.version must be a whole number of at least 1.")
    return int(version)


def items_in(body: Any) -> list[Any]:
    """Return the items of a bulk change, each to be read by itself; raises the 400."""
    if not isinstance(body, list) or not 1 <= len(body) <= MAX_CHANGES:
        raise bad_parameter("body", f"The body must be a list of 1 to {MAX_CHANGES} changes.")
    return body


def code_of(item: Any) -> str:
    """Return the code that an item of a bulk change names, in upper case; raises the 400."""
    code = item.get("code") if isinstance(item, dict) else None
    if not isinstance(code, str) or not 0 < len(code) <= 20 or not code.isascii():
        raise bad_parameter("code", "The member code must be a code.")
    return code.upper()


def names_in(body: Any) -> dict[str, str | None]:
    """Return `{language: name}` of `{tag: name}`, None for a name to be dropped; raises the 400."""
    if not isinstance(body, dict) or not body:
        raise bad_parameter("body", "The body must be an object of language tags and names.")
    names: dict[str, str | None] = {}
    for tag, name in body.items():
        language = lookup(tag)
        if language is None or canonical(language).lower() != tag.lower() or language in names:
            raise bad_parameter("body", "Each member must be the tag of a language that we hold, and once.")
        if name is not None and not (isinstance(name, str) and 0 < len(name.strip()) <= MAX_NAME_LENGTH):
            raise bad_parameter(canonical(language), f"A name must have 1 to {MAX_NAME_LENGTH} characters, or be null.")
        names[language] = name if name is None else _legible(canonical(language), tidied(name))
    return names


def _legible(member: str, name: str) -> str:
    """Return a name that has nothing in it that nobody sees; raises the 400."""
    if nameless(name) or fault(name):
        raise bad_parameter(member, "A name must have letters, and no control, invisible or direction characters.")
    return name


def expected_versions(if_match: str | None) -> frozenset[int] | None:
    """Return the versions that an If-Match header names, None where any will do; a weak tag names none."""
    if if_match is None or if_match.strip() == "*":
        return None
    tags = (VERSIONED_TAG.fullmatch(tag) for tag in parse_etags(if_match))
    return frozenset(int(match[1]) for match in tags if match)
