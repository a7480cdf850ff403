"""Compare what upstream has with what is stored, and leave alone what staff changed."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from apps.imports.report import Change, Kept, Rejection, TableReport
from apps.imports.tables import Dataset, Row, RowKey, Table

WITHDRAWN = "withdrawn_on"


@dataclass(frozen=True, slots=True)
class Write:
    """A row to write.

    pk: of the stored row, None for a new one. values: in the order of the table's columns and then
    `withdrawn_on`. upstream: what upstream says. touched: whether anything but `upstream` changes.
    """

    pk: Any
    values: Row
    upstream: dict[str, Any]
    touched: bool


class Stored(NamedTuple):
    """A row of the table: its values as `Write` has them, and what upstream last said, None for staff's own."""

    pk: Any
    values: Row
    record: dict[str, Any] | None


@dataclass(frozen=True)
class Changes:
    """What one table needs to agree with upstream."""

    table: Table
    writes: list[Write]
    report: TableReport


def diff(dataset: Dataset, today: datetime.date) -> Changes:
    """Compare the dataset with its table. Reads only; nothing is locked."""
    table = dataset.table
    report = TableReport(table.label, rejected=list(dataset.rejected))
    incoming = _by_key(dataset, report)
    writes: list[Write] = []
    seen: set[RowKey] = set()
    for stored in stored_rows(table):
        values, record = stored.values, stored.record
        key = table.key_of(values)
        new = incoming.get(key)
        if new is not None:
            seen.add(key)
        if record is None:
            if new is not None:
                report.kept.append(Kept(table.key_text(values), "", None, None))
            continue
        report.stored += values[-1] is None
        if new is None:
            if record.get(WITHDRAWN):
                continue
            new = (*upstream_row(table, stored)[:-1], today.isoformat())
        if values == new and record == _record(table, new):
            report.unchanged += 1
            continue
        write = _merge(table, stored, new, report)
        if write is not None:
            writes.append(write)
    for key, new in incoming.items():
        if key not in seen:
            report.added.append(table.key_text(new))
            writes.append(Write(None, new, _record(table, new), touched=True))
    return Changes(table, writes, report)


def _by_key(dataset: Dataset, report: TableReport) -> dict[RowKey, Row]:
    """Return upstream's rows by key, each ending in the day of its withdrawal; a repeated key is rejected."""
    table = dataset.table
    width = len(table.columns)
    rows: dict[RowKey, Row] = {}
    for row in dataset.rows:
        key = table.key_of(row)
        if key in rows:
            report.rejected.append(Rejection(table.key_text(row), "stands twice in the source"))
            continue
        rows[key] = row if len(row) > width else (*row, None)
    return rows


def stored_rows(table: Table) -> Iterator[Stored]:
    """Yield every stored row in scope."""
    queryset = table.model._default_manager.filter(table.scope)
    if hasattr(queryset, "rewrite"):
        # modeltranslation would put the active language's column in the place of others.
        queryset = queryset.rewrite(False)  # noqa: FBT003
    plain = [column for column in table.columns if column not in table.many]
    others = [_members(table, column) for column in table.many]
    text = table.text
    rows = queryset.order_by().values_list("pk", "upstream", WITHDRAWN, *(table.lookup(column) for column in plain))
    for pk, record, withdrawn_on, *values in rows.iterator(chunk_size=5000):
        for index in text:
            values[index] = values[index] or None
        values.extend(members.get(pk, []) for members in others)
        values.append(withdrawn_on and withdrawn_on.isoformat())
        yield Stored(pk, tuple(values), record)


def _members(table: Table, column: str) -> dict[Any, list[Any]]:
    """Return the sorted members of a many-to-many column by the primary key of their row."""
    relation: Any = getattr(table.model, column)
    names = (relation.field.m2m_column_name(), relation.field.m2m_reverse_name())
    members: dict[Any, list[Any]] = {}
    for pk, member in relation.through._default_manager.order_by(*names).values_list(*names):
        members.setdefault(pk, []).append(member)
    return members


def _record(table: Table, row: Row) -> dict[str, Any]:
    """Return the row as `upstream` holds it: everything but the key, and of texts only those there are."""
    text = table.text
    record = {
        column: row[index]
        for index, column in enumerate(table.columns)
        if index >= table.key and (row[index] is not None or index not in text)
    }
    if row[-1] is not None:
        record[WITHDRAWN] = row[-1]
    return record


def upstream_row(table: Table, stored: Stored) -> Row:
    """Return the row as upstream last gave it, ending in the day of its withdrawal."""
    record = stored.record or {}
    return (
        *stored.values[: table.key],
        *(record.get(column) for column in (*table.columns[table.key :], WITHDRAWN)),
    )


def _merge(table: Table, stored: Stored, new: Row, report: TableReport) -> Write | None:
    """Decide field by field, and return what must be written, if anything."""
    values, record = stored.values, stored.record or {}
    upstream = _record(table, new)
    name = table.key_text(values)
    merged = list(values)
    text = table.text
    changed = False
    for index, column in enumerate((*table.columns, WITHDRAWN)):
        if values[index] == new[index]:
            continue
        # A column that is younger than the record is upstream's, since no staff can have known it.
        unknown = column not in record and index not in text and column != WITHDRAWN
        if not unknown and values[index] != record.get(column):
            report.kept.append(Kept(name, column, values[index], new[index]))
            continue
        merged[index] = new[index]
        changed = True
        if column == WITHDRAWN:
            (report.returned if new[index] is None else report.withdrawn).append(name)
        else:
            report.changed.append(Change(name, column, values[index], new[index]))
    report.changed_rows += changed and merged[-1] == values[-1]
    if not changed:
        report.unchanged += 1
        if record == upstream:
            return None
    return Write(stored.pk, tuple(merged), upstream, touched=changed)
