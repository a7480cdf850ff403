"""The bodies of the validation endpoints, read strictly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.api.errors import bad_parameter
from apps.geography.validation.suggestions import BUDGET

MAX_CODES = 1000
MAX_LENGTH = 256
# A list costs one request more for each so many.
CODES_FOR_ONE = 20


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about. `is_list`: codes were given as a list and are answered as one."""

    codes: list[str | None]
    is_list: bool
    suggest: bool

    @property
    def texts(self) -> list[str]:
        """The codes with "" for none."""
        return [code or "" for code in self.codes]

    @property
    def cost(self) -> int:
        """How many more requests it costs as much as."""
        return cost(self.texts, suggest=self.suggest)


@dataclass(frozen=True, slots=True)
class CityQuestion:
    """Names of cities asked about. `subdivision`: "" for none. `is_list`: they were given as a list, as codes are."""

    cities: list[str]
    country: str
    subdivision: str
    is_list: bool
    suggest: bool

    @property
    def cost(self) -> int:
        """How many more requests it costs as much as."""
        return cost(self.cities, suggest=self.suggest)

    @classmethod
    def parse(cls, body: Any) -> "CityQuestion":
        """Read the body; raises the 400."""
        given = members(body)
        subdivision = "" if given.get("subdivision", "") is None else text(given, "subdivision", "")
        country, city = text(given, "country"), given.get("city")
        if not isinstance(city, list):
            return cls([text(given, "city")], country, subdivision, is_list=False, suggest=flag(given, "suggest"))
        if len(city) > MAX_CODES:
            raise bad_parameter("city", f"The field city may list at most {MAX_CODES} names.")
        for name in city:
            if not isinstance(name, str):
                raise bad_parameter("city", "The field city must be a string or a list of strings.")
            _check_length("city", name)
        return cls(city, country, subdivision, is_list=True, suggest=flag(given, "suggest"))


def cost(texts: Sequence[str], *, suggest: bool) -> int:
    """Return how many more requests it costs to judge `texts`: each suggestion is one, as many as there may be."""
    return len(texts) // CODES_FOR_ONE + (min(len(set(texts)), BUDGET) if suggest and len(texts) > 1 else 0)


def question(body: Any, *, allow_none: bool = False) -> Question:
    """Read `code`, one or a list, and `suggest`; None stands for no code with `allow_none`. Raises the 400."""
    given = members(body)
    if "code" not in given:
        raise bad_parameter("code", "The field code is required.")
    code = given["code"]
    codes = code if isinstance(code, list) else [code]
    if len(codes) > MAX_CODES:
        raise bad_parameter("code", f"The field code may list at most {MAX_CODES} codes.")
    for item in codes:
        if not (isinstance(item, str) or (allow_none and item is None)):
            raise bad_parameter("code", "The field code must be a string or a list of strings.")
        if item is not None:
            _check_length("code", item)
    return Question(codes, isinstance(code, list), flag(given, "suggest"))


def members(body: Any) -> Mapping[str, Any]:
    """Return the members of a JSON object; raises the 400."""
    if not isinstance(body, dict):
        raise bad_parameter("body", "The body must be a JSON object.")
    return body


def text(given: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """Return a string of the body, `default` (None: it is required) when it is absent; raises the 400."""
    if name not in given and default is not None:
        return default
    value = given.get(name)
    if not isinstance(value, str):
        raise bad_parameter(name, f"The field {name} must be a string.")
    _check_length(name, value)
    return value


def flag(given: Mapping[str, Any], name: str) -> bool:
    """Return an option of the body, False when it is absent; raises the 400."""
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise bad_parameter(name, f"The field {name} must be true or false.")
    return value


def _check_length(name: str, value: str) -> None:
    if len(value) > MAX_LENGTH:
        raise bad_parameter(name, f"The field {name} is longer than {MAX_LENGTH} characters.")
