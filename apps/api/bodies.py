"""Strict reading of a request's body."""

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.utils.http import parse_header_parameters

from apps.api.errors import Refusal

MAX_BYTES = 64 * 1024
MAX_DEPTH = 32
MAX_FIELDS = 100
MAX_CONTENT_TYPE = 256
CONTENT_TYPE = re.compile(r'[\w.+/-]+(?:[ \t]*;[ \t]*[\w-]+=(?:"[^"\\]*"|[\w.+-]+))*[ \t]*', re.ASCII)
FORM_TYPE = "application/x-www-form-urlencoded"
JSON_TYPES = ("application/json", "application/merge-patch+json")


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
    content_type = request.META.get("CONTENT_TYPE", "")[:MAX_CONTENT_TYPE]
    media_type, options = parse_header_parameters(content_type)
    is_ours = media_type in types and options.get("charset", "utf-8").lower() in {"utf-8", "utf8"}
    if not is_ours or not CONTENT_TYPE.fullmatch(content_type):
        headers = {"Accept-Patch": ", ".join(types)} if request.method == "PATCH" else {}
        message = f"The body must be {types[0]} in UTF-8."
        raise Refusal(415, "unsupported_media_type", message, headers=headers)
    return request.body


def json_body(request: HttpRequest) -> Any:
    """Return the parsed JSON body; raises 400 for bad syntax, duplicate keys, NUL, lone surrogates and deep nesting."""
    raw = body(request, JSON_TYPES)
    try:
        text = raw.decode("utf-8")
        _check_depth(text)
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        _check_text(value)
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
    except ValueError as error:
        raise Refusal(400, "malformed_body", "The body is not a valid form, or names a field twice.") from error
    return fields


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
                raise ValueError("nested too deeply")
        elif char in "]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check_text(value: Any) -> None:
    """Refuse NUL and lone surrogates, which no database stores alike."""
    match value:
        case str():
            value.encode("utf-8")
            if "\x00" in value:
                raise ValueError("NUL")
        case list():
            for item in value:
                _check_text(item)
        case dict():
            for key, item in value.items():
                _check_text(key)
                _check_text(item)
