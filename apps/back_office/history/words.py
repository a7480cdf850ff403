"""What the history keeps in English, in the words of the page: notes, names of fields and of rows, counts."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, gettext_noop, override

from apps.back_office.words.language_names import LANGUAGE_NAMES, language_name
from apps.back_office.words.model_words import field_label
from apps.back_office.words.numbers import grouped
from apps.back_office.words.phrases import in_words

# As writers put them down; what is in braces varies.
NOTES = (
    gettext_noop("Undid the change of {then}."),
    gettext_noop("Undid what was given back on {then}."),
    gettext_noop("Gave back again what was undone on {then}."),
    gettext_noop("Gave {number} field back to upstream."),
    gettext_noop("Gave {number} fields back to upstream."),
    gettext_noop("Merged: {cities}."),
    gettext_noop("Changed by {kind}: {fields}."),
    gettext_noop("Rolled: {key} follows it"),
    gettext_noop("Second step set up."),
    gettext_noop("Second step switched off."),
    gettext_noop("Second step reset."),
    gettext_noop("Recovery codes renewed."),
)
# "1,204 added, 3 withdrawn".
COUNTED = re.compile(r"([0-9,]+) (added|changed|withdrawn|returned)")
COUNTS = re.compile(rf"{COUNTED.pattern}(, {COUNTED.pattern})*")
# "city name Lemberg (de): name", as rows below another one are called.
BELOW = re.compile(r"(?P<row>.+): (?P<field>[a-z_]+)")


def note_in_words(note: str) -> str:
    """Return a note in the language of the page."""
    return in_words(note, NOTES)


def counts_in_words(text: str) -> str:
    """Return what an import did with a table; any other text as it is."""
    if not COUNTS.fullmatch(text):
        return text
    return COUNTED.sub(lambda each: f"{gettext(each[2])}: {grouped(int(each[1].replace(',', '')))}", text)


def field_in_words(name: str) -> str:
    """Return what people call what is no column of the row itself: a name in a language, a field of a row below it."""
    first, _, language = name.replace(" in ", " ").partition(" ")
    if first == "name" and language in LANGUAGE_NAMES:
        return gettext("the name in {language}").format(language=language_name(language))
    below = BELOW.fullmatch(name)
    model = next((each for each in _called() if name.startswith(f"{each} ")), None)
    if below is None or model is None:
        return gettext(name)
    opts = _called()[model]._meta
    row = below["row"].removeprefix(model)
    try:
        field = field_label(_called()[model], below["field"])
    except FieldDoesNotExist:
        field = below["field"]
    return f"{capfirst(opts.verbose_name)}{row}: {field}"


def name_entries(entries: Iterable[LogEntry]) -> None:
    """Call what entries are about as pages in other languages than the history's do; a query or two for each table.

    A manager that knows it has `called`: from primary keys, as texts, to names.
    """
    if get_language() == settings.LANGUAGE_CODE:
        return
    entries = list(entries)
    of_tables: dict[Any, list[LogEntry]] = defaultdict(list)
    for entry in entries:
        model: Any = entry.content_type.model_class()
        if entry.object_pk and hasattr(getattr(model, "objects", None), "called"):
            of_tables[model].append(entry)
    for model, about in of_tables.items():
        names = model.objects.called({entry.object_pk for entry in about})
        for entry in about:
            entry.object_repr = names.get(entry.object_pk, entry.object_repr)
    _rename_values(entries)


def _rename_values(entries: Iterable[LogEntry]) -> None:
    """Let entries know, as `renamed`, what the page calls rows among their values; a query for each table."""
    texts: dict[Any, set[str]] = defaultdict(set)
    for entry in entries:
        for name, values in (entry.changes or {}).items():
            if (table := _referred(entry.content_type.model_class(), name)) and isinstance(values, list):
                texts[table] |= {each for each in values if isinstance(each, str)}
    renamed = {text: said for table, found in texts.items() for text, said in table.objects.renamed(found).items()}
    for entry in entries:
        entry.renamed = renamed


def _referred(model: Any, field: str) -> Any:
    """Return the table that a column refers to, where it knows what a page calls its rows; else None."""
    try:
        table = model._meta.get_field(field).related_model
    except (AttributeError, FieldDoesNotExist):
        return None
    return table if hasattr(getattr(table, "objects", None), "renamed") else None


@cache
def _called() -> dict[str, Any]:
    """Return the tables by what the history calls one row of them, the longest first."""
    with override(settings.LANGUAGE_CODE):
        named = {str(model._meta.verbose_name): model for model in apps.get_models()}
    return dict(sorted(named.items(), key=lambda each: -len(each[0])))
