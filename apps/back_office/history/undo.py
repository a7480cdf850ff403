"""Undo: put back what the history says was there before, where nothing has changed it since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from auditlog.models import LogEntry
from django.db import models
from django.utils import timezone

from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.back_office.history.groups import CHUNK, Group, plain


@dataclass
class Outcome:
    """How many rows are as they were again, and how many stay: others have changed them since."""

    undone: int = 0
    left: int = 0


def revert(entry: LogEntry, group: Group, rows: models.QuerySet[Any], by: Author) -> Outcome:
    """Put back the values of a group in those of `rows` that nobody has changed since; belongs into a transaction.

    Raises ValidationError where a row would break the rules of its model by them.
    """
    said = note(entry)
    if len(group.keys) == 1:
        row = rows.filter(pk=group.keys[0]).select_for_update(of=("self",)).first()
        if row is None or _values(row, group.after) != group.after:
            return Outcome(left=1)
        _put(row, group.before)
        changes = {name: (group.after[name], old) for name, old in group.before.items()}
        audit.record([audit.entry(by, row, changes, undo=[group.reverse], note=said)])
        return Outcome(undone=1)
    undone = 0
    for start in range(0, len(group.keys), CHUNK):
        keys = group.keys[start : start + CHUNK]
        undone += rows.filter(pk__in=keys, **group.after).update(**group.before, **_moments(group.table))
    if undone:
        changes = {name: (group.after[name], old) for name, old in group.before.items()}
        label = audit.counted(undone, group.table)
        audit.record([audit.entry(by, group.table, changes, label=label, undo=[group.reverse], rows=undone, note=said)])
    return Outcome(undone, len(group.keys) - undone)


def note(entry: LogEntry) -> str:
    """Return what the history says of undoing an entry."""
    return f"Undid the change of {entry.timestamp:%Y-%m-%d %H:%M} UTC."


def _values(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    return dict(_each_value(row, names))


def _each_value(row: models.Model, names: Iterable[str]) -> Iterator[tuple[str, Any]]:
    for name in names:
        field: Any = row._meta.get_field(name)
        if field.many_to_many:
            yield name, sorted(plain(pk) for pk in getattr(row, name).values_list("pk", flat=True))
        else:
            yield name, plain(getattr(row, field.attname))


def _put(row: models.Model, values: dict[str, Any]) -> None:
    """Give one row these values, as its form would."""
    related = {}
    for name, value in values.items():
        field: Any = row._meta.get_field(name)
        if field.many_to_many:
            related[name] = value
        else:
            setattr(row, field.attname, field.to_python(value) if value is not None else None)
    untouched = [field.name for field in row._meta.concrete_fields if field.name not in values]
    row.clean_fields(exclude=untouched)
    row.clean()
    row.validate_constraints()
    row.save()
    for name, keys in related.items():
        getattr(row, name).set(keys)


def _moments(model: type[models.Model]) -> dict[str, Any]:
    """Return the columns that say when a row was changed, which `update` leaves alone."""
    return {field.name: timezone.now() for field in model._meta.concrete_fields if getattr(field, "auto_now", False)}
