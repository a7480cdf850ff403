"""What an import says about a table: its columns, its key, and the rows that upstream has."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q

from apps.imports.report import Rejection

Row = tuple[Any, ...]
RowKey = Any


@dataclass(frozen=True)
class Table:
    """A table that an import keeps in agreement with upstream.

    columns: names of the columns that upstream decides, those of the key first. A foreign key stands as its
        attribute (`publisher_id`) where its value is the code itself, else as its name with an entry in `references`.
    key: how many of the leading columns identify a row, whatever its primary key is.
    references: foreign key to the column of the other table whose value stands in the rows: {"author": "code"}.
    many: many-to-many columns, last among `columns`; a row holds the sorted list of the others' primary keys.
    scope: which stored rows upstream answers for; others are neither compared nor withdrawn.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    key: int = 1
    references: Mapping[str, str] = field(default_factory=dict)
    many: tuple[str, ...] = ()
    scope: Q = field(default_factory=Q)

    @property
    def label(self) -> str:
        """The name that reports use: "books"."""
        return str(self.model._meta.verbose_name_plural)

    def lookup(self, column: str) -> str:
        """Return the ORM path that reads `column` as rows hold it."""
        return f"{column}__{self.references[column]}" if column in self.references else column

    def model_field(self, column: str) -> Any:
        """Return the field of the model that holds `column`."""
        return self.model._meta.get_field(column)

    def value_field(self, column: str) -> Any:
        """Return the field whose values stand in the rows: of a reference, that of the other table."""
        field = self.model_field(column)
        if not field.is_relation or column in self.many:
            return field
        return (
            field.related_model._meta.get_field(self.references[column])
            if column in self.references
            else field.target_field
        )

    @cached_property
    def unique(self) -> dict[int, str]:
        """Positions and names of the columns, beside the key, whose values stand in one row alone."""
        return {
            index: column
            for index, column in enumerate(self.columns)
            if index >= self.key and self.model_field(column).unique
        }

    @cached_property
    def relations(self) -> dict[int, tuple[str, type[models.Model], str]]:
        """Name, other table and its column that the rows hold, by position, of the columns that refer to rows."""
        found = {}
        for index, column in enumerate(self.columns):
            refers = self.model_field(column)
            if refers.is_relation:
                other = refers.related_model
                found[index] = (column, other, self.references.get(column, other._meta.pk.name))
        return found

    @cached_property
    def owner(self) -> tuple[str, str]:
        """Model and column in which the first part of a key is found: of the row itself, or of what it belongs to."""
        _, model, column = self.relations.get(0, ("", self.model, self.columns[0]))
        return model._meta.label_lower, column

    @cached_property
    def text(self) -> frozenset[int]:
        """Positions of the columns of plain text, where nothing is None to us and maybe "" to the table."""
        return frozenset(
            index
            for index, column in enumerate(self.columns)
            if column not in self.many and isinstance(self.model_field(column), models.CharField)
        )

    def key_of(self, row: Row) -> RowKey:
        """Return what identifies the row: a value, or a tuple of several."""
        return row[0] if self.key == 1 else row[: self.key]

    def key_text(self, row: Row) -> str:
        """Return the key as reports print it."""
        return " ".join(str(part) for part in row[: self.key] if part is not None)


@dataclass
class Dataset:
    """A table and the rows that upstream has for it, in the order of the table's columns.

    Text that upstream lacks is None in a row. A row may end in one value more, the day (ISO 8601) on which
    upstream itself withdrew it.

    rejected: what the reader could not make rows of. unread: the keys of these, or their first columns: upstream has
    such rows, so that they stay as they are. is_complete: False where rows are missing whose keys nobody can read, so
    that no row may be withdrawn for being absent.
    file, lines: where the rows come from, one number for each row; other sources have none.
    absent: columns that the source does not have, in which the rows repeat what is stored.
    is_export: whether the rows are those of such a table, staff's corrections among them. A value that is stored
        already then says nothing of upstream's, so that the correction stays one.
    """

    table: Table
    rows: Iterable[Row]
    rejected: list[Rejection] = field(default_factory=list)
    unread: Collection[tuple[Any, ...]] = ()
    is_complete: bool = True
    file: str = ""
    lines: Sequence[int] = ()
    absent: Sequence[str] = ()
    is_export: bool = False

    def where(self, index: int, row: Row) -> str:
        """Return where a row stands in the source, and its key where that is nowhere that people can look."""
        return f"{self.file}:{self.lines[index]}" if index < len(self.lines) else self.table.key_text(row)
