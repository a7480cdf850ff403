"""Compare what upstream has with what is stored, and leave alone what staff changed."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from apps.imports.check import Check, Referents
from apps.imports.files.source import ENOUGH, BadSource
from apps.imports.progress import CHECKING, COMPARING, bar
from apps.imports.report import Change, Kept, Rejection, TableReport
from apps.imports.rules import Problem, shown
from apps.imports.tables import Dataset, Row, RowKey, Table

WITHDRAWN = "withdrawn_on"
MISSING = (
    "{:,} rows that it lacks are not withdrawn, since lines that cannot be read may be theirs; correct these, or use "
    "--force to withdraw them"
)


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


def diff(dataset: Dataset, today: datetime.date, referents: Referents | None = None, *, force: bool = False) -> Changes:
    """Compare the dataset with its table. Reads only; nothing is locked.

    referents: knows the tables of the import that were compared before. force: withdraw what the source lacks even
    where the source has lines that nobody can read.
    """
    return _Comparison(dataset, today, referents or Referents(), force=force).changes()


class _Comparison:
    """One table on its way to agree with upstream."""

    def __init__(self, dataset: Dataset, today: datetime.date, referents: Referents, *, force: bool) -> None:
        self.dataset, self.table, self.today = dataset, dataset.table, today
        self.force = force
        self.may_withdraw = dataset.is_complete or force
        self.unread = set(dataset.unread)
        self.report = TableReport(
            self.table.label, rejected=list(dataset.rejected), absent=list(dataset.absent), owner=self.table.owner
        )
        self.places: dict[RowKey, int] = {}
        self.rejected: set[RowKey] = set()
        self.incoming = self._by_key()
        referents.expect(self.table, self.incoming)
        self.check = Check(self.table, referents)
        self.writes: list[Write] = []

    def changes(self) -> Changes:
        """Return what to write."""
        seen: set[RowKey] = set()
        absent: list[Stored] = []
        for stored in self._stored():
            key = self.table.key_of(stored.values)
            new = self.incoming.get(key)
            if new is not None:
                seen.add(key)
            if stored.record is None:
                if new is not None:
                    self.report.kept.append(Kept(self.table.key_text(stored.values), "", None, None))
                continue
            self.report.stored += stored.values[-1] is None
            if new is not None:
                self._compare(stored, new)
            elif not stored.record.get(WITHDRAWN):
                absent.append(stored)
        self._add({key: row for key, row in self.incoming.items() if key not in seen})
        self._withdraw([stored for stored in absent if not self._is_unread(stored.values)])
        self._settle()
        return Changes(self.table, self.writes, self.report)

    def _stored(self) -> Iterator[Stored]:
        """Yield every stored row, counted."""
        total = self.table.model._default_manager.filter(self.table.scope).count()
        return bar(stored_rows(self.table), COMPARING, self.table.label, total)

    def _by_key(self) -> dict[RowKey, Row]:
        """Return upstream's rows by key, each ending in the day of its withdrawal; a repeated key is rejected."""
        width = len(self.table.columns)
        rows: dict[RowKey, Row] = {}
        for index, row in enumerate(self.dataset.rows):
            key = self.table.key_of(row)
            if key in rows:
                value = shown(self.table.key_text(row))
                why = f"{f'{value} ' if self.dataset.lines else ''}stands twice in the source; take out all but one"
                names = " ".join(self.table.columns[: self.table.key])
                self._name(Rejection(self.dataset.where(index, row), why, names, value))
                continue
            rows[key] = row if len(row) > width else (*row, None)
        return rows

    def _compare(self, stored: Stored, new: Row) -> None:
        """Take a row as upstream has it now, unless it is the same, or wrong."""
        if stored.values == new and stored.record == _record(self.table, new):
            self.report.unchanged += 1
        elif problems := self.check.problems(new):
            self._reject(new, problems)
        else:
            self._take(stored, new)

    def _take(self, stored: Stored, new: Row) -> None:
        write = _merge(self.dataset, stored, new, self.report)
        if write is None:
            return
        if write.touched and write.values != new and new[-1] is None:
            # What staff changed may not fit what upstream says now.
            before = set(map(str, self.check.misfits(stored.values)))
            if clashes := [each for each in self.check.misfits(write.values) if str(each) not in before]:
                self.report.forget({self.table.key_text(new)})
                self._reject(new, clashes)
                return
        self.writes.append(write)

    def _add(self, fresh: dict[RowKey, Row]) -> None:
        """Add the rows that are not stored yet."""
        strangers = self.check.strangers(fresh)
        for key, new in bar(fresh.items(), CHECKING, self.table.label, len(fresh)):
            if key in strangers:
                self._reject(new, [Problem(self.table.columns[0], new[0], "it is a row that this import leaves alone")])
            elif problems := self.check.problems(new):
                self._distrust(new, problems)
                self._reject(new, problems)
            else:
                self.report.added.append(self.table.key_text(new))
                self.writes.append(Write(None, new, _record(self.table, new), touched=True))

    def _is_unread(self, row: Row) -> bool:
        """Return whether the source has something with the key of the row that could not be read."""
        return any(row[:length] in self.unread for length in range(1, self.table.key + 1))

    def _withdraw(self, absent: list[Stored]) -> None:
        """Withdraw the rows that the source lacks."""
        if absent and not self.may_withdraw:
            where = self.dataset.file or self.table.label
            self.report.rejected.append(Rejection(where, MISSING.format(len(absent))))
            return
        for stored in absent:
            self._take(stored, (*upstream_row(self.table, stored)[:-1], self.today.isoformat()))

    def _distrust(self, row: Row, problems: list[Problem]) -> None:
        """Spare the rows that a new one may be, whose key is wrong itself: all with what is right of the key."""
        keys = self.table.columns[: self.table.key]
        wrong = [keys.index(problem.field) for problem in problems if problem.field in keys]
        right = min(wrong, default=None)
        if right:
            self.unread.add(row[:right])
        elif right == 0:
            self.may_withdraw = self.force

    def _settle(self) -> None:
        """Leave out rows that refer to rejected ones of their own table, or come back to themselves."""
        own = [index for index, (_, model, _) in self.table.relations.items() if model is self.table.model]
        while own or self.check.may_come_back:
            rows = {self.table.key_of(write.values): write.values for write in self.writes}
            wrong = {key: [problem] for key, problem in self.check.round_trips(rows).items()}
            for key, row in rows.items():
                if any(row[index] in self.rejected for index in own) and (problems := self.check.misfits(row)):
                    wrong[key] = problems
            if not wrong:
                return
            for key, problems in wrong.items():
                self._reject(rows[key], problems)
            self.report.forget({self.table.key_text(rows[key]) for key in wrong})
            self.writes = [write for write in self.writes if self.table.key_of(write.values) not in wrong]

    def _reject(self, row: Row, problems: list[Problem]) -> None:
        """Note what is wrong with a row of the source; nothing may refer to it any more but where it is stored."""
        if not self.places:
            for index, each in enumerate(self.dataset.rows):
                self.places.setdefault(self.table.key_of(each), index)
        key = self.table.key_of(row)
        where = self.dataset.where(self.places[key], row)
        for problem in problems:
            self._name(Rejection(where, str(problem), problem.field, shown(problem.value)))
        self.rejected.add(key)
        self.incoming.pop(key, None)

    def _name(self, rejection: Rejection) -> None:
        """Note what cannot be used; raises BadSource where so much cannot that nobody would read of it all."""
        self.report.rejected.append(rejection)
        if len(self.report.rejected) >= ENOUGH and not self.force:
            raise BadSource(
                f"{rejection.where}: {ENOUGH:,} {self.table.label} cannot be used, the last one since {rejection.why}; "
                "name the right file, or take the others with --force"
            )


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


def _merge(dataset: Dataset, stored: Stored, new: Row, report: TableReport) -> Write | None:
    """Decide field by field, and return what must be written, if anything."""
    table, values, record = dataset.table, stored.values, stored.record or {}
    upstream = _record(table, new)
    name = table.key_text(values)
    merged = list(values)
    text = table.text
    changed = False
    for index, column in enumerate((*table.columns, WITHDRAWN)):
        if values[index] == new[index]:
            if dataset.is_export:
                upstream.pop(column, None)
                upstream |= {column: record[column]} if column in record else {}
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
    if not changed:
        report.unchanged += 1
        if record == upstream:
            return None
    return Write(stored.pk, tuple(merged), upstream, touched=changed)
