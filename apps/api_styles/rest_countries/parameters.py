"""What the rest_countries contract can be asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from apps.api.errors import Refusal, bad_parameter
from apps.api.input import MAX_LENGTH, Query

# alpha-2, alpha-3 and the number of ISO 3166-1.
CODE = re.compile(r"[A-Za-z]{2,3}|[0-9]{3}", re.ASCII)
# As many codes as there are, and every field, may be listed.
MAX_LIST_LENGTH = 2_000


class By(StrEnum):
    """What countries are looked for by."""

    NOTHING = "all"
    INDEPENDENCE = "independent"
    CODE = "alpha"
    NAME = "name"
    FULL_NAME = "fullText"
    CURRENCY = "currency"
    DEMONYM = "demonym"
    LANGUAGE = "lang"
    CAPITAL = "capital"
    REGION = "region"
    SUBREGION = "subregion"
    TRANSLATION = "translation"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `terms`: what is looked for, as it was sent. `fields`: those wanted, none: all.

    `is_one`: the answer is the country itself instead of a list. `is_public`: no credential came with it.
    """

    by: By
    terms: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    is_one: bool = False
    is_public: bool = False


def fields(query: Query) -> frozenset[str]:
    """Return the fields that are asked for; those that there are not count for nothing."""
    return frozenset(_listed(query, "fields"))


def code(text: str) -> str:
    """Return a code in upper case; raises the 400."""
    if not CODE.fullmatch(text):
        raise bad_request()
    return text.upper()


def codes(query: Query) -> tuple[str, ...]:
    """Return the codes that are asked for, in upper case; raises the 400."""
    found = tuple(code(text) for text in _listed(query, "codes"))
    if not found:
        raise bad_parameter("codes", "The parameter codes is required.")
    return found


def term(text: str) -> str:
    """Return what is looked for; raises the 400.

    A + is a space, as form encoders of clients write one into paths, too; nothing has one in its name.
    """
    if len(text) > MAX_LENGTH or "\x00" in text:
        raise bad_request()
    return " ".join(text.replace("+", " ").split())


def bad_request() -> Refusal:
    """Return the 400 in the words that clients know."""
    return Refusal(400, "invalid_parameter", "Bad Request")


def _listed(query: Query, name: str) -> Sequence[str]:
    text = query.one(name, max_length=MAX_LIST_LENGTH) or ""
    return [item for part in re.split(r"[,;]", text) if (item := part.strip(" "))]
