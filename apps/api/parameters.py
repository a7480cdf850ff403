"""Strict reading of a query string."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import parse_qsl

from django.http import HttpRequest

from apps.api.errors import bad_parameter

MAX_LENGTH = 256
MAX_PARAMETERS = 200
MAX_REMEMBERED_LENGTH = 1024


@lru_cache(maxsize=1024)
def _values(raw: str) -> Mapping[str, Sequence[str]]:
    """Return the values of each parameter of a query string as WSGI hands it over: bytes as Latin-1 characters."""
    try:
        pairs = parse_qsl(raw.encode("latin-1").decode("utf-8"), keep_blank_values=True, errors="strict",
                          max_num_fields=MAX_PARAMETERS)  # fmt: skip
    except ValueError as error:
        raise bad_parameter("query", "The query string is not valid UTF-8 or has too many parameters.") from error
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if "\x00" in name + value:
            raise bad_parameter("query", "The query string contains a NUL character.")
        values.setdefault(name, []).append(value)
    return values


class Query:
    """The query parameters of a request, each at most once; an empty one counts as absent.

    Raises the 400 for invalid UTF-8 and NUL anywhere, and for over-long values of parameters that are asked for.
    """

    def __init__(self, request: HttpRequest) -> None:
        raw = request.META.get("QUERY_STRING", "")
        # Longer ones are not worth what they would take in memory.
        self.values = _values(raw) if len(raw) <= MAX_REMEMBERED_LENGTH else _values.__wrapped__(raw)

    def names(self) -> list[str]:
        """Return the names given, in order."""
        return list(self.values)

    def one(self, name: str, *, max_length: int = MAX_LENGTH) -> str | None:
        """Return the value of `name`, None when it is absent or empty; raises the 400 when it is given twice."""
        given = self.values.get(name)
        if given is None:
            return None
        if len(given) > 1:
            raise bad_parameter(name, f"The parameter {name} is given more than once.")
        if len(given[0]) > max_length:
            raise bad_parameter(name, f"The parameter {name} is longer than {max_length} characters.")
        return given[0] or None

    def boolean(self, name: str, *, digits: bool = False) -> bool | None:
        """Return `name` as a boolean (true/false in any case; 1/0 with `digits`), None when it is absent."""
        value = self.one(name)
        if value is None:
            return None
        words = {"true": True, "false": False} | ({"1": True, "0": False} if digits else {})
        if value.lower() not in words:
            allowed = " or ".join(words)
            raise bad_parameter(name, f"The parameter {name} must be {allowed}.")
        return words[value.lower()]

    def natural(self, name: str, default: int) -> int:
        """Return `name` as an integer of at least 1, in ASCII digits; `default` when it is absent."""
        value = self.one(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit()) or int(value) < 1:
            raise bad_parameter(name, f"The parameter {name} must be a whole number of at least 1.")
        return int(value)
