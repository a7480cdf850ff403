"""Whether the rows of an import are right, and fit those that they refer to."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext

from apps.imports.models.imported import comes_back, disagreement
from apps.imports.rules import Problem, Rule, Rules, fits, of_another_kind, round_trip, unknown_mention, way_back
from apps.imports.tables import Row, RowKey, Table

# Keys in one query; SQLite takes no more than 32,766 parameters.
MANY = 5000


class Referents:
    """The rows that others may refer to: those that are stored, and those that come with the same import."""

    def __init__(self) -> None:
        self._coming: dict[type[models.Model], tuple[Table, Mapping[RowKey, Row]]] = {}
        self._stored: dict[tuple[Any, ...], dict[Any, tuple[Any, ...]]] = {}

    def expect(self, table: Table, rows: Mapping[RowKey, Row]) -> None:
        """Count on the rows that come; those that are refused have to be taken out of the mapping."""
        self._coming[table.model] = (table, rows)

    def find(self, model: type[models.Model], column: str, value: Any, wanted: tuple[str, ...]) -> Row | None:
        """Return the `wanted` columns of the row whose `column` has the value, None where there is none."""
        table, rows = self._coming.get(model, (None, {}))
        if table and table.key == 1 and table.columns[0] == column and value in rows:
            return tuple(rows[value][table.columns.index(name)] for name in wanted)
        place = (model, column, *wanted)
        if place not in self._stored:
            stored = model._default_manager.order_by().values_list(column, *wanted)
            self._stored[place] = {key: tuple(values) for key, *values in stored}
        return self._stored[place].get(value)


class Check:
    """The rules for the rows of one table, which the engine holds against every row that it would write."""

    def __init__(self, table: Table, referents: Referents) -> None:
        self.table, self.referents = table, referents
        rules: Rules = getattr(table.model, "rules", Rules())
        self._rows, self._agreements = rules.rows, rules.agreements
        self._mentions = {
            column: {apps.get_model(label): key for label, key in models.items()}
            for column, models in rules.mentions.items()
            if column in table.columns
        }
        self._apart = {
            column: {apps.get_model(label): key for label, key in models.items()}
            for column, models in rules.apart.items()
            if column in table.columns
        }
        self._onward = [column for column in self._mentions if column not in rules.mutual]
        self._columns: list[tuple[int, str, Rule, Rule | None]] = []
        for index, column in enumerate(table.columns):
            field = table.model_field(column)
            fit = fits(field, table.value_field(column), is_required=column in rules.required)
            self._columns.append((index, column, fit, rules.column(field)))
        self._taken: dict[int, dict[Any, RowKey]] = {}

    @property
    def may_come_back(self) -> bool:
        """Whether rows of the table can come back to themselves by what they mention."""
        return any(self.table.model in self._mentions[column] for column in self._onward)

    def problems(self, row: Row) -> list[Problem]:
        """Return what is wrong with a row; where single values are, nothing else is looked at."""
        wrong = [*self._wrong_values(row)]
        if wrong:
            return wrong
        return [*self.misfits(row), *self._repeated(row)]

    def misfits(self, row: Row) -> list[Problem]:
        """Return how the values of a row do not fit one another, nor what it refers to."""
        values = dict(zip(self.table.columns, row, strict=False))
        wrong = [problem for rule in self._rows for problem in rule(values)]
        wrong += [*self._wrong_references(row, values), *self._wrong_mentions(values)]
        return [*wrong, *self._of_another_kind(values)]

    def _wrong_values(self, row: Row) -> Iterator[Problem]:
        for index, column, fit, rule in self._columns:
            value = row[index]
            remedy = fit(value) or (rule(value) if rule and value is not None else None)
            if remedy:
                yield Problem(column, value, remedy)

    def _wrong_references(self, row: Row, values: Mapping[str, Any]) -> Iterator[Problem]:
        for index, (column, model, key) in self.table.relations.items():
            pairs = self._agreements.get(column, {})
            members = row[index] if column in self.table.many else [row[index]]
            for value in members:
                if value is None:
                    continue
                found = self.referents.find(model, key, value, tuple(pairs))
                if found is None:
                    yield Problem(
                        column, value, gettext("there is no such {what}").format(what=model._meta.verbose_name)
                    )
                    continue
                for (theirs, ours), has in zip(pairs.items(), found, strict=True):
                    wanted = values.get(ours)
                    if wanted is not None and has != wanted:
                        yield disagreement(column, value, theirs, has, wanted)

    def _wrong_mentions(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        for column, others in self._mentions.items():
            for entry in values[column] or ():
                if all(self.referents.find(model, key, entry, ()) is None for model, key in others.items()):
                    what = (str(model._meta.verbose_name) for model in others)
                    yield unknown_mention(column, values[column], entry, what)

    def _of_another_kind(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        for column, others in self._apart.items():
            for model, key in others.items():
                if values[column] is not None and self.referents.find(model, key, values[column], ()) is not None:
                    yield of_another_kind(column, values[column], str(model._meta.verbose_name))

    def _repeated(self, row: Row) -> Iterator[Problem]:
        key = self.table.key_of(row)
        for index, column in self.table.unique.items():
            if index not in self._taken:
                stored = self.table.model._default_manager.order_by().values_list(self.table.columns[0], column)
                self._taken[index] = {value: holder for holder, value in stored}
            holder = self._taken[index].setdefault(row[index], key)
            if holder != key:
                yield Problem(
                    column, row[index], gettext("give another one: {holder} has it already").format(holder=holder)
                )

    def strangers(self, keys: Collection[RowKey]) -> set[RowKey]:
        """Return those keys of new rows that stored rows have which this import leaves alone."""
        table, found, many = self.table, set(), list(keys)
        names = [table.lookup(column) for column in table.columns[: table.key]]
        for start in range(0, len(many) if table.scope else 0, MANY):
            some = many[start : start + MANY]
            first = {key if table.key == 1 else key[0] for key in some}
            rows = table.model._default_manager.filter(**{f"{names[0]}__in": first}).order_by().values_list(*names)
            stored = {table.key_of(tuple(values)) for values in rows}
            found |= stored.intersection(some)
        return found

    def round_trips(self, rows: Mapping[RowKey, Row]) -> dict[RowKey, Problem]:
        """Return, by key, the rows to be written that would come back to themselves, and did not before."""
        wrong: dict[RowKey, Problem] = {}
        for index, (column, model, key) in self.table.relations.items():
            if model is not self.table.model:
                continue
            stored = dict(model._default_manager.order_by().values_list(key, self.table.lookup(column)))
            onward = stored | {each: row[index] for each, row in rows.items()}
            for each in rows:
                if (way := round_trip(each, onward.get)) and not round_trip(each, stored.get):
                    wrong[each] = comes_back(column, way[1], way)
        return self._ways_back(rows) | wrong

    def _ways_back(self, rows: Mapping[RowKey, Row]) -> dict[RowKey, Problem]:
        """Return, by key, the rows to be written that would come back to themselves by what they mention."""
        wrong: dict[RowKey, Problem] = {}
        for column in self._onward:
            key, index = self._mentions[column].get(self.table.model), self.table.columns.index(column)
            if key is None or not any(row[index] for row in rows.values()):
                continue
            stored = dict(self.table.model._default_manager.order_by().values_list(key, column))
            onward = stored | {each: row[index] for each, row in rows.items()}
            for each, row in rows.items():
                way = way_back(each, onward) if row[index] else []
                if way and not way_back(each, stored):
                    wrong[each] = comes_back(column, row[index], way)
        return wrong
