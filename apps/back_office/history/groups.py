"""What an entry of the history would put back: rows, and the values that they had and got.

An entry that can be undone holds groups in its `serialized_data`, `{"undo": [Group as JSON]}`. Lists of entries leave
that column out: that of an action on all cities has all their keys.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, Self

from auditlog.models import LogEntry
from django.apps import apps
from django.db import models

# Rows that one statement writes.
CHUNK = 5000


@dataclass(frozen=True)
class Group:
    """Rows of one model in which the same fields had the same values, and have others now.

    model: its label; keys: primary keys; before, after: values as JSON has them, by field, of a relation the keys.
    """

    model: str
    keys: list[Any]
    before: dict[str, Any]
    after: dict[str, Any]

    @classmethod
    def of(cls, row: models.Model, changes: Mapping[str, tuple[Any, Any]]) -> Self:
        """Return the group of one row whose fields have changed."""
        return cls(
            row._meta.label_lower,
            [plain(row.pk)],
            {name: plain(old) for name, (old, _) in changes.items()},
            {name: plain(new) for name, (_, new) in changes.items()},
        )

    @property
    def reverse(self) -> "Group":
        """The group that undoes the undoing."""
        return Group(self.model, self.keys, self.after, self.before)

    @property
    def table(self) -> type[models.Model]:
        """The model."""
        return apps.get_model(self.model)


def plain(value: Any) -> Any:
    """Return a value of a field as JSON has it."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def groups(entry: LogEntry) -> list[Group]:
    """Return what an entry would put back; nothing where it cannot be undone."""
    return [Group(**each) for each in (entry.serialized_data or {}).get("undo", ())]


def stored(undo: Iterable[Group]) -> dict[str, Any]:
    """Return groups as an entry holds them; nothing where there are none."""
    undoable = [asdict(group) for group in undo]
    return {"undo": undoable} if undoable else {}
