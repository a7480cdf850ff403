"""Rows that come and go: what the history keeps of them, so that undo brings them back, or takes them away again.

Rows are kept as Django's serializers write them, without members: those of a relation to many are rows themselves.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self, cast

from auditlog.models import LogEntry
from django.conf import settings
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.utils.translation import gettext, override

from apps.back_office.history.groups import Group, plain

# Fields of which the history says only that they have changed; rows with one are not kept.
SECRETS = frozenset({"password", "password1", "password2", "client_secret", "secret", "previous_secret", "digest"})
# Rows that one entry brings back.
MOST = 1000
Stored = list[dict[str, Any]]


@dataclass
class Existence:
    """The rows that a change added, and those that it deleted, each before what depends on it."""

    added: Stored = field(default_factory=list)
    deleted: Stored = field(default_factory=list)

    @classmethod
    def of(cls, entry: LogEntry) -> Self:
        """Return what an entry of the history has of them."""
        data = entry.serialized_data or {}
        return cls(data.get("added", []), data.get("deleted", []))

    def as_json(self) -> dict[str, Any]:
        """Return it as an entry holds it."""
        return {name: rows for name, rows in (("added", self.added), ("deleted", self.deleted)) if rows}

    def __bool__(self) -> bool:
        return bool(self.added or self.deleted)


def with_dependents(row: models.Model) -> tuple[Stored, list[Group]]:
    """Return a stored row and what is deleted with it, and what would make others refer to them again.

    Nothing where it cannot be deleted, where that is too much to keep, or where a secret is among it.
    """
    collector = Collector(using=row._state.db or "default", origin=row)
    try:
        collector.collect([row])
    except (ProtectedError, RestrictedError):
        return [], []
    found = {(type(row), row.pk): row}
    every: list[Iterable[Any]] = [*collector.data.values(), *collector.fast_deletes]
    for rows in every:
        found |= {(type(each), each.pk): each for each in rows}
    if len(found) > MOST or any(SECRETS & {each.attname for each in model._meta.concrete_fields} for model, _ in found):
        return [], []
    groups = [
        Group.of(each, {column.name: (getattr(each, column.attname), value)})
        for (column, value), updates in collector.field_updates.items()
        for rows in cast(Iterable[Iterable[Any]], updates)
        for each in rows
    ]
    return stored(found.values()), groups


def stored(rows: Iterable[models.Model]) -> Stored:
    """Return rows as they are kept: all columns, those of every language."""
    with override(settings.LANGUAGE_CODE):
        kept: Stored = []
        for row in rows:
            columns = [each.name for each in row._meta.concrete_fields]
            for each in serializers.serialize("python", [row], fields=columns):
                fields = {name: plain(value) for name, value in each["fields"].items()}
                kept.append({"model": each["model"], "pk": plain(each["pk"]), "fields": fields})
        return kept


def bring_back(rows: Stored) -> list[models.Model]:
    """Store rows that were deleted, as they were; belongs into a transaction.

    Raises ValidationError where others have taken their place, or what they belong to is gone.
    """
    back = []
    for kept in rows:
        with override(settings.LANGUAGE_CODE):
            row: Any = next(iter(serializers.deserialize("python", [kept]))).object
            if type(row)._base_manager.filter(pk=row.pk).exists():
                raise ValidationError(gettext("{row} is there again already.").format(row=row))
            row._state.adding = True
            row.full_clean()
            row.save_base(raw=True, force_insert=True)
        back.append(row)
    return back


def take_away(rows: Stored) -> models.Model | None:
    """Delete rows that were added, and return the first; None, and nothing is done, where they are not as they were.

    So it is where anything else has come to depend on them.
    """
    first = rows[0]
    model: Any = next(iter(serializers.deserialize("python", [first]))).object.__class__
    row: models.Model | None = model._base_manager.filter(pk=first["pk"]).select_for_update().first()
    if row is None:
        return None
    now, groups = with_dependents(row)
    if groups or sorted(map(_text, now)) != sorted(map(_text, rows)):
        return None
    row_as_it_was = model._base_manager.get(pk=first["pk"])
    row.delete()
    return row_as_it_was  # type: ignore[no-any-return]


def _text(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True)
