"""What clients send, read strictly: query and body."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.utils.http import parse_header_parameters

from apps.api.errors import Refusal, bad_parameter

# Of a query.
MAX_LENGTH = 256
MAX_PARAMETERS = 200
MAX_REMEMBERED_LENGTH = 1024
# Of a body.
MAX_BYTES = 64 * 1024
MAX_DEPTH = 32
MAX_FIELDS = 100
MAX_CONTENT_TYPE = 256
# A parameter may be missing after its semicolon (RFC 9110, section 5.6.6).
CONTENT_TYPE = re.compile(
    r'[\w.+/-]+(?:[ \t]*+;[ \t]*+(?:[\w-]+=(?:"[^"\\]*"|[\w.+-]+))?)*+[ \t]*',
    re.ASCII,
)
SURROGATE = re.compile("[\ud800-\udfff]")
FORM_TYPE = "application/x-www-form-urlencoded"
JSON_TYPES = ("application/json", "application/merge-patch+json")


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


def body(request: HttpRequest, types: Sequence[str]) -> bytes:
    """Return the body; raises 411, 400 when there is none, 413 and 415, in that order."""
    if "HTTP_TRANSFER_ENCODING" in request.META:
        # WSGI would show a chunked body as empty, and a write would be lost.
        raise Refusal(411, "length_required", "The request needs a Content-Length.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or not length.strip("0"):
        raise Refusal(400, "malformed_body", "The request needs a body.")
    if len(length) > len(str(MAX_BYTES)) or int(length) > MAX_BYTES:
        raise Refusal(413, "payload_too_large", "The body is larger than 64 KiB.")
    if request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in {"", "identity"}:
        raise Refusal(415, "unsupported_media_type", "The body must be sent as it is, without Content-Encoding.")
    media_type, charset = _media_type(request.META.get("CONTENT_TYPE", ""))
    if media_type not in types or charset not in {"utf-8", "utf8"}:
        headers = {"Accept-Patch": ", ".join(types)} if request.method == "PATCH" else {}
        message = f"The body must be {types[0]} in UTF-8."
        raise Refusal(415, "unsupported_media_type", message, headers=headers)
    return request.body


def _media_type(content_type: str) -> tuple[str, str]:
    """Return what a Content-Type header says, and in which charset; "" where it is malformed or too long."""
    if len(content_type) > MAX_CONTENT_TYPE or not CONTENT_TYPE.fullmatch(content_type):
        return "", ""
    media_type, options = parse_header_parameters(content_type)
    return media_type, options.get("charset", "utf-8").lower()


def json_body(request: HttpRequest) -> Any:
    """Return the parsed JSON body; raises 400 for bad syntax, duplicate keys, NUL, lone surrogates and deep nesting."""
    raw = body(request, JSON_TYPES)
    try:
        text = raw.decode("utf-8")
        _check_depth(text)
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        _check_text(value)
    except _UnfitError as error:
        raise Refusal(400, "malformed_body", f"The body {error}.") from error
    except json.JSONDecodeError as error:
        said = f"The body is not valid JSON (line {error.lineno}, column {error.colno})."
        raise Refusal(400, "malformed_body", said) from error
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "malformed_body", "The body is not valid JSON.") from error
    return value


def form_body(request: HttpRequest) -> dict[str, str]:
    """Return the fields of a form; raises 400 for invalid UTF-8, NUL and a field given twice."""
    raw = body(request, (FORM_TYPE,))
    try:
        pairs = parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
        fields = _unique(pairs)
        _check_text(fields)
    except _UnfitError as error:
        raise Refusal(400, "malformed_body", f"The body {error}.") from error
    except ValueError as error:
        said = f"The body is not a form in UTF-8, or has more than {MAX_FIELDS} fields."
        raise Refusal(400, "malformed_body", said) from error
    return fields


class _UnfitError(ValueError):
    """What is well-formed and still refused, as the end of a sentence: "holds a NUL character"."""


def _check_depth(text: str) -> None:
    depth = 0
    in_string = escaped = False
    for char in text:
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string, escaped = True, False
        elif char in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise _UnfitError(f"is nested more than {MAX_DEPTH} deep")
        elif char in "]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _UnfitError("names a field twice")
    return members


def _no_constant(name: str) -> None:
    raise _UnfitError(f"holds {name}, which is no number of JSON")


def _check_text(value: Any) -> None:
    """Refuse NUL and lone surrogates, which no database stores alike."""
    match value:
        case str():
            if "\x00" in value:
                raise _UnfitError("holds a NUL character")
            if SURROGATE.search(value):
                raise _UnfitError("holds half of a surrogate pair")
        case list():
            for item in value:
                _check_text(item)
        case dict():
            for key, item in value.items():
                _check_text(key)
                _check_text(item)
