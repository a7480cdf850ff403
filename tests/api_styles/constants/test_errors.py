"""The error body, and the catalogues of its messages."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from apps.api.errors import Problem
from apps.api_styles.constants.errors import MESSAGES, envelope
from tests.api_styles.constants.conftest import Ask

LOCALE = next(Path(path) for path in settings.LOCALE_PATHS if "constants" in Path(path).parts)
TRANSLATED = "de fr es it pt nl pl ru uk zh-hans zh-hant ja ko ar tr hi".split()


def asking(language: str) -> Any:
    return SimpleNamespace(headers={"Accept-Language": language})


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "VALIDATION.INVALID_PARAMETER"),
        (401, "ACCESS.UNAUTHORIZED"),
        (403, "ACCESS.PERMISSION_DENIED"),
        (404, "RESOURCE.NOT_FOUND"),
        (405, "REQUEST.METHOD_NOT_ALLOWED"),
        (429, "REQUEST.RATE_LIMITED"),
        (500, "SYSTEM.INTERNAL_ERROR"),
        (503, "SYSTEM.UNAVAILABLE"),
        (413, "REQUEST.PAYLOAD_TOO_LARGE"),
    ],
)
def test_each_status_has_the_code_of_the_contract(status: int, code: str) -> None:
    problem = Problem(status, "payload_too_large", "It is.", context={"request_id": "r-1"})
    body = envelope(problem, asking("en"))
    assert list(body) == ["version", "timestamp", "success", "code", "message", "data"]
    assert (body["version"], body["success"], body["code"], body["data"]) == ("2.0.0", False, code, None)
    assert isinstance(body["timestamp"], int)
    assert body["message"]


def test_a_bug_tells_the_request_id_and_nothing_else_of_the_inside() -> None:
    problem = Problem(500, "internal_error", "secret inside", context={"request_id": "r-1"})
    assert envelope(problem, asking("en"))["message"] == "Internal error. Please report the request number r-1."


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("message", MESSAGES.values(), ids=map(str, MESSAGES))
def test_every_message_is_translated_with_its_placeholders(language: str, message: Any) -> None:
    with translation.override("en"):
        english = str(message)
    with translation.override(language):
        text = str(message)
    assert text != english
    assert {part for part in ("{parameter}", "{request_id}") if part in text} == {
        part for part in ("{parameter}", "{request_id}") if part in english
    }


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_says_what_its_source_says(language: str) -> None:
    folder = LOCALE / translation.to_locale(language) / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as source, (folder / "django.mo").open("rb") as compiled:
        written = {(message.context, message.id): message.string for message in read_po(source) if message.id}
        # Babel leaves the context of a compiled message as bytes.
        served = {(message.context.decode(), message.id): message.string for message in read_mo(compiled) if message.id}
    assert served == written
    assert set(written) == {("constants", english) for english in english_messages()}


def english_messages() -> set[str]:
    with translation.override("en"):
        return {str(message) for message in MESSAGES.values()}


@pytest.mark.parametrize(
    ("accept", "message"),
    [
        ("de", "Unter dieser Adresse gibt es nichts."),
        ("pt-BR", "Não há nada neste endereço."),
        ("es-MX", "No hay nada en esta dirección."),
        ("zh-TW", "此位址沒有任何內容。"),
        ("zh-CN", "此地址没有任何内容。"),
        ("sv", "There is nothing at this address."),
        ("xx", "There is nothing at this address."),
        (None, "There is nothing at this address."),
    ],
)
def test_the_message_is_in_the_language_asked_for_else_english(ask: Ask, accept: str | None, message: str) -> None:
    assert ask("/web/nothing", Accept_Language=accept).json()["message"] == message


def test_a_translated_message_does_not_change_the_language_of_the_thread(ask: Ask) -> None:
    before = translation.get_language()
    ask("/web/nothing", Accept_Language="de")
    assert translation.get_language() == before


def test_the_envelope_needs_no_headers() -> None:
    assert envelope(Problem(404, "not_found", ""), HttpRequest())["message"] == "There is nothing at this address."
