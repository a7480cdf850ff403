"""What makes a row right: rules that a model declares, and that every way into its table asks.

A form and a spreadsheet ask by `ImportedRow.clean`, an import by `check.Check`; both name each problem by its field,
with what to do about it. What a column of the database can hold is a rule too, so that SQLite and PostgreSQL refuse
the same rows, and a dry run what the run would.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils.translation import gettext

# Tells what to do about a value; None: it is right.
Rule = Callable[[Any], str | None]
LONGEST_SHOWN = 60
# Halves of characters, which UTF-8 does not have.
HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that cannot be. remedy: what to do about it."""

    field: str
    value: Any
    remedy: str

    def __str__(self) -> str:
        return f"{self.field} cannot be {shown(self.value)}; {self.remedy}"


def shown(value: Any) -> str:
    """Return a value so that people can read it whatever it is: cut, and without bare control characters."""
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def legible(text: str) -> str:
    """Return a text without quotes and, where it has them, without bare control characters."""
    return text[:LONGEST_SHOWN] if text.isprintable() else shown(text)


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True)
class Rules:
    """The rules of a model, in the names that the columns of a `Table` have.

    columns: of single values, where there is one; that of "title" holds for the title in every language.
    required: columns that cannot be empty, though the database would let them.
    rows: of values that must fit one another within a row.
    agreements: of a row and the one that it refers to: {"series": {"publisher_id": "publisher_id"}} is that a book's
        series has the book's publisher. Where the row itself says nothing, nothing has to agree.
    mentions: of the entries of a list, that each stands in a column of one of these models, by their labels:
        {"sequels": {"shop.Book": "isbn"}} is that there are such books. By what it mentions of its own table no row
        comes back to itself, but for those in `mutual`.
    mutual: columns of `mentions` in which both rows mention each other.
    apart: of a column, that no row of one of these models has its value: {"isbn": {"shop.Record": "number"}}.
    tidy: repairs a text before it is judged.

    That no row comes back to itself by what it refers to in its own table needs no rule: none may.
    """

    columns: Mapping[str, Rule] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    rows: tuple[Callable[[Mapping[str, Any]], Iterable[Problem]], ...] = ()
    agreements: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    mentions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    mutual: frozenset[str] = frozenset()
    apart: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tidy: Callable[[str], str] = _as_it_is

    def column(self, model_field: Any) -> Rule | None:
        """Return the rule of a field's column; a translation has that of what it translates."""
        translated = getattr(model_field, "translated_field", model_field)
        return self.columns.get(model_field.attname) or self.columns.get(translated.name)


def fits(model_field: Any, column: Any, *, is_required: bool = False) -> Rule:
    """Return the rule that a value is one which a field can hold, in every database.

    column: the field whose values stand in the rows; of a reference, that of the other table.
    """
    holds = _type_rule(column)
    is_text = isinstance(model_field, models.CharField)
    may_lack = not is_required and (model_field.null or (is_text and model_field.blank))

    def rule(value: Any) -> str | None:
        if value is None or value == "":
            return None if may_lack and (value is None or is_text) else gettext("give a value")
        return holds(value)

    return rule


def wrong(rules: Rules, model_field: Any, value: Any) -> str | None:
    """Tell what to do about a value of one field of a row; None: it is right."""
    rule = rules.column(model_field)
    remedy = fits(model_field, model_field, is_required=model_field.attname in rules.required)(value)
    return remedy or (rule(value) if rule and value not in (None, "") else None)


def _type_rule(model_field: Any) -> Rule:
    if model_field.many_to_many or isinstance(model_field, models.JSONField):
        return _list
    if isinstance(model_field, models.BooleanField):
        return lambda value: None if isinstance(value, bool) else gettext("give true or false")
    if isinstance(model_field, models.CharField):
        return lambda value: _text(value, model_field.max_length or 0, [code for code, _ in model_field.choices or ()])
    if isinstance(model_field, models.FloatField):
        return _number
    least, most = BaseDatabaseOperations.integer_field_ranges[model_field.get_internal_type()]
    return lambda value: _whole(value, least, most)


def _text(value: Any, longest: int, choices: list[str]) -> str | None:
    if not isinstance(value, str):
        return gettext("give a text")
    if HALF.search(value):
        return gettext("write its characters in UTF-8, without half ones")
    if "\0" in value:
        return gettext("take out the NUL")
    if choices and value not in choices:
        return gettext("give one of {choices}").format(choices=", ".join(choices))
    return (
        None
        if len(value) <= longest
        else gettext("it has {number} characters, give at most {most}").format(number=len(value), most=longest)
    )


def _number(value: Any) -> str | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        return None if is_number and math.isfinite(value) else gettext("give a number")
    except OverflowError:
        return gettext("give a number that is not so large")


def _whole(value: Any, least: int, most: int) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return gettext("give a whole number")
    return (
        None
        if least <= value <= most
        else gettext("give a whole number from {least} to {most}").format(least=least, most=most)
    )


def _list(value: Any) -> str | None:
    if not isinstance(value, list):
        return gettext("give a list")
    if any(not isinstance(each, str | int) or isinstance(each, bool) for each in value):
        return gettext("give a list of texts or of whole numbers")
    return next((remedy for each in value if isinstance(each, str) and (remedy := _text(each, 200, []))), None)


def round_trip(start: Any, steps: Callable[[Any], Any]) -> list[Any]:
    """Return the way from `start` back to itself, both ends included, or an empty list where none leads back.

    steps: gives what a row refers to, None at the end.
    """
    way, passed = [start], {start}
    while (there := steps(way[-1])) is not None:
        way.append(there)
        if there == start:
            return way
        if there in passed:
            return []
        passed.add(there)
    return []


def way_back(start: Any, mentioned: Mapping[Any, Iterable[Any] | None]) -> list[Any]:
    """Return a way from `start` back to itself, both ends included, or an empty list where none leads back.

    mentioned: all that each row mentions.
    """
    ways, passed = [[start]], {start}
    while ways:
        way = ways.pop()
        for there in mentioned.get(way[-1]) or ():
            if there == start:
                return [*way, there]
            if there not in passed:
                passed.add(there)
                ways.append([*way, there])
    return []


def unknown_mention(column: str, values: Any, entry: Any, what: Iterable[str]) -> Problem:
    """Return the problem that a list mentions what there is not."""
    return Problem(
        column,
        values,
        gettext("take out {entry}: there is no such {what}").format(
            entry=legible(str(entry)), what=gettext(" or ").join(what)
        ),
    )


def of_another_kind(column: str, value: Any, what: str) -> Problem:
    """Return the problem that a value is that of a row of another table."""
    return Problem(column, value, gettext("give another one: it is that of a {what}").format(what=what))


def path(way: Iterable[Any]) -> str:
    """Return a round trip as people read it: "first → second → first"."""
    return " → ".join(map(str, way))
