"""Bring the catalogues of the interface up to date: `make messages`.

Texts are gathered from the sources (`gettext` and its kin in Python, `{% translate %}` and `{% blocktranslate %}` in
templates) and from our models. A new one stands in each .po with an empty translation, for translators to fill; what is
translated stays; what no source has any more goes. The .mo files are written anew: the product needs no gettext tools.
"""

import ast
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "config" / "locale"
# As Django calls the folder of a language.
LOCALES = ("ar", "de", "es", "fr", "pl", "zh_Hans")
# "city", or ("{number} name", "{number} names").
Message = str | tuple[str, str]

CALLS = {"gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "_": 1, "ngettext": 2, "ngettext_lazy": 2}
IN_TEMPLATES = re.compile(r"\b(?:gettext|_)\((?P<one>u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))\)")
PLURAL_IN_TEMPLATES = re.compile(
    r"\bngettext\((?P<one>u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))\s*,\s*"
    r"(?P<many>u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))\s*,"
)
# The constants style speaks by a catalogue of its own.
ELSEWHERE = ROOT / "apps" / "api_styles"


def sources(ending: str) -> list[Path]:
    """Return our files of one kind, in a fixed order."""
    found = [path for folder in ("apps", "config", "templates") for path in (ROOT / folder).rglob(f"*.{ending}")]
    return sorted(path for path in found if not path.is_relative_to(ELSEWHERE) and "migrations" not in path.parts)


def of_python(code: str) -> Iterator[Message]:
    """Yield what is marked in a module."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and (number := CALLS.get(node.func.id)):
            texts = [each.value for each in node.args[:number] if isinstance(each, ast.Constant)]
            if len(texts) == number:
                yield texts[0] if number == 1 else (texts[0], texts[1])


def of_template(source: str) -> Iterator[Message]:
    """Yield what is marked in a template."""
    from django.utils.translation.template import templatize

    code = templatize(source)
    for match in IN_TEMPLATES.finditer(code):
        yield ast.literal_eval(match["one"]).replace("%%", "%")
    for match in PLURAL_IN_TEMPLATES.finditer(code):
        yield ast.literal_eval(match["one"]), ast.literal_eval(match["many"])


def gathered() -> list[Message]:
    """Return every text that people read, once, in a fixed order."""
    from apps.api_keys.scopes import SCOPES
    from apps.back_office.words import model_words

    found: dict[str, Message] = {}

    def take(messages: Iterable[Message]) -> None:
        for message in messages:
            key = message if isinstance(message, str) else message[0]
            if key and (key not in found or not isinstance(message, str)):
                found[key] = message

    for path in sources("py"):
        take(of_python(path.read_text()))
    for path in sources("html"):
        take(of_template(path.read_text()))
    take(model_words.words())
    take(SCOPES.values())
    return [found[key] for key in sorted(found)]


def po_file(locale: str) -> Path:
    """Return where the catalogue of a language lies; its compiled form lies beside it."""
    return FOLDER / locale / "LC_MESSAGES" / "django.po"


def read(locale: str) -> Catalog:
    """Return the catalogue of a language; raises where it cannot be read."""
    with po_file(locale).open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as the product reads it: no day of its own, which would differ with each run."""
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def fresh(messages: Iterable[Message], locale: str, old: Catalog | None) -> Catalog:
    """Return a catalogue of these texts, with what has been translated of them."""
    new = Catalog(locale=locale, fuzzy=False, project="Gazetteer", charset="utf-8")
    for message in messages:
        key = message if isinstance(message, str) else message[0]
        known = old.get(key) if old is not None else None
        if known is not None and known.id == message:
            new.add(message, known.string)
        else:
            new.add(message, "" if isinstance(message, str) else ("",) * new.num_plurals)
    return new


def written(catalog: Catalog) -> bytes:
    """Return a catalogue as translators read it: no dates, which would differ with each run."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, omit_header=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    head += f'"Language: {catalog.locale_identifier}\\n"\n'
    return f'{head}"Plural-Forms: {catalog.plural_forms}\\n"\n'.encode() + out.getvalue()


def main() -> None:
    """Write the catalogues of all languages, and say what there is to translate."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    messages = gathered()
    for locale in LOCALES:
        path = po_file(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = fresh(messages, locale, read(locale) if path.exists() else None)
        path.write_bytes(written(catalog))
        path.with_suffix(".mo").write_bytes(compiled(read(locale)))
        missing = sum(
            not all([message.string] if isinstance(message.string, str) else message.string)
            for message in catalog
            if message.id
        )
        print(f"{path.relative_to(ROOT)}: {len(messages)} texts, {missing} to translate")


if __name__ == "__main__":
    main()
