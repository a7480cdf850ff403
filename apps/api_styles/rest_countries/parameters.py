"""What the rest_countries contract can be asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from apps.api.errors import Refusal, bad_parameter, not_found
from apps.api.input import MAX_LENGTH, Query

# alpha-2, alpha-3 and the number of ISO 3166-1.
CODE = re.compile(r"[A-Za-z]{2,3}|[0-9]{3}", re.ASCII)
# What clients know to mean true; every other word is false.
YES = {"true", "yes", "y", "on"}
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
    """Return a code in upper case; raises the 400 for what is no code, the 404 for what is as long as one."""
    if CODE.fullmatch(text):
        return text.upper()
    raise not_found("Not Found") if len(text) in {2, 3} else bad_request()


def codes(query: Query) -> tuple[str, ...]:
    """Return the codes that are asked for, in upper case; what is none is passed over among several.

    Raises the 400 where one is given that is none, the 404 where several are.
    """
    given = _listed(query, "codes")
    if not given:
        raise bad_parameter("codes", "The parameter codes is required.")
    found = tuple(text.upper() for text in given if CODE.fullmatch(text))
    if not found and len(given) > 1:
        raise not_found("Not Found")
    return found or (code(given[0]),)


def yes(query: Query, name: str) -> bool | None:
    """Return whether a parameter says yes, in any case of letters; None where it is absent."""
    value = query.one(name)
    return None if value is None else value.lower() in YES


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
    """Return the items of a list, which may be given in parts."""
    text = ",".join(query.values.get(name, ()))
    if len(text) > MAX_LIST_LENGTH:
        raise bad_parameter(name, f"The parameter {name} is longer than {MAX_LIST_LENGTH} characters.")
    return [item for part in re.split(r"[,;]", text) if (item := part.strip(" "))]
