"""Every text that people read is marked, and stands in all languages of the interface, with its placeholders."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from tests import messages
from tests.messages import LOCALES, ROOT, Message

REMEDY = "run `make messages`, and translate what is new"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>")
# What is called so in every language, or is no text.
NAMES = {
    "Gazetteer",
    "GeoNames",
    "OpenAPI",
    "SHA-256",
    "GET",
    "km²",
    "munchen",
    "springfield",
    "Łódź",
    "il",
    "yaml",
    "json",
}
UNMARKED = re.compile(
    r"{%\s*block bodyclass.*?endblock\s*%}|{%\s*blocktranslate.*?endblocktranslate\s*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
READ = ("aria-label", "placeholder", "title", "alt")


@pytest.fixture(scope="module")
def wanted() -> list[Message]:
    return messages.gathered()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_has_every_text_with_its_placeholders_and_nothing_else(locale: str, wanted: list[Message]) -> None:
    catalog = messages.read(locale)
    held = {message.id: message for message in catalog if message.id}
    assert set(held) == set(wanted), REMEDY
    assert [message.id for message in held.values() if message.fuzzy] == []
    for message in held.values():
        english = [message.id] if isinstance(message.id, str) else message.id
        texts = [message.string] if isinstance(message.string, str) else message.string
        assert all(texts), f"{message.id}: {REMEDY}"
        own = {found for text in english for found in PLACEHOLDER.findall(text)}
        for text in texts:
            found = PLACEHOLDER.findall(text)
            assert set(found) <= own, message.id
            # A form of a plural may say the number in a word, or name one thing as it names several.
            assert len(english) > 1 or sorted(found) == sorted(PLACEHOLDER.findall(english[0])), message.id


def _forms(message: Any) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_chinese_has_marks_of_its_own_width() -> None:
    texts = [text for message in messages.read("zh_Hans") for text in _forms(message)]
    assert [text for text in texts if re.search(r"[\u4e00-\u9fff]\s?[,;:!?]|%\(\w+\)s,", text)] == []


def test_no_full_stop_follows_a_time_of_day_which_may_end_in_one(wanted: list[Message]) -> None:
    texts = [text for message in wanted for text in ([message] if isinstance(message, str) else message)]
    texts += [text for locale in LOCALES for message in messages.read(locale) for text in _forms(message)]
    moment = re.compile(r"(%\((since|when|moment)\)s|\{(since|when|moment)\})\.")
    assert [text for text in texts if moment.search(text)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_compiled_catalogue_says_what_its_source_says(locale: str) -> None:
    served = messages.po_file(locale).with_suffix(".mo").read_bytes()
    assert served == messages.compiled(messages.read(locale)), REMEDY


def test_there_is_a_catalogue_for_each_language_that_is_offered() -> None:
    offered = {translation.to_locale(code) for code in settings.INTERFACE_LANGUAGES}
    assert offered == {"en", *LOCALES} == {"en", *(path.name for path in messages.FOLDER.iterdir())}


@pytest.mark.parametrize("path", messages.sources("html"), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_of_a_template_is_marked(path: Path) -> None:
    # Guides are written in English alone.
    if path.parent.name != "guides":
        assert list(_bare_words(path.read_text())) == []


def _bare_words(source: str) -> Iterator[str]:
    texts: list[str] = []

    class Reader(HTMLParser):
        is_code = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
            self.is_code = tag in {"code", "script"}
            given = dict(attrs)
            texts.extend(given[name] or "" for name in READ if name in given)
            if tag == "input" and given.get("type") == "submit":
                texts.append(given.get("value") or "")

        def handle_endtag(self, tag: str) -> None:
            self.is_code = False

        def handle_data(self, data: str) -> None:
            if not self.is_code:
                texts.append(data)

    Reader().feed(UNMARKED.sub(" ", source))
    for text in texts:
        yield from (word for word in re.findall(r"[^\W\d_]{2,}[-\w²]*", text) if word not in NAMES)
