"""What every imported row carries."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from apps.imports.rules import Problem, Rules, of_another_kind, path, round_trip, unknown_mention, way_back


class ImportedRow(models.Model):
    """A row that an import writes and staff may correct.

    `upstream` is what upstream last said, `{field: value}`, one entry for each language of a translated
    field. A field that differs from it is staff's and no import touches it. None: the row is staff's own.
    """

    rules: ClassVar[Rules] = Rules()

    upstream = models.JSONField(null=True, blank=True, editable=False, default=None)
    withdrawn_on = models.DateField(
        null=True, blank=True, help_text="Upstream no longer has it; kept out of every list since this day."
    )

    class Meta:
        abstract = True

    @property
    def stays_hidden(self) -> bool:
        """Whether the row is out of the lists for a reason of ours, which nobody gives back to upstream."""
        return False

    def clean(self) -> None:
        """Tidy the texts, and hold the row against the rules of its model."""
        super().clean()
        self.tidy()
        wrong: dict[str, list[str]] = defaultdict(list)
        for problem in self.problems():
            wrong[problem.field.removesuffix("_id")].append(f"{problem.remedy[:1].upper()}{problem.remedy[1:]}.")
        if wrong:
            raise ValidationError(dict(wrong))

    def problems(self) -> list[Problem]:
        """Return what is wrong with the row; queries for what it refers to."""
        return [*self._wrong_columns(), *self.misfits()]

    def tidy(self) -> None:
        """Repair what no reader of the texts can see."""
        for field in self._loaded():
            value = getattr(self, field.attname)
            if isinstance(value, str) and (tidy := self.rules.tidy(value)) != value:
                setattr(self, field.attname, tidy)

    def _loaded(self) -> list[Any]:
        """Return the fields that stand in memory, without columns that have become one for each language."""
        fields: Any = self._meta.concrete_fields
        absent = self.get_deferred_fields() | {
            each.translated_field.name for each in fields if hasattr(each, "language")
        }
        return [field for field in fields if field.attname not in absent]

    def _wrong_columns(self) -> Iterator[Problem]:
        values = {field.attname: getattr(self, field.attname) for field in self._loaded()}
        for field in self._loaded():
            rule, value = self.rules.column(field), values[field.attname]
            if value == "" and (field.attname in self.rules.required or not (field.null or field.blank)):
                # Tidying has left nothing of what looked like a text.
                yield Problem(field.attname, value, gettext("give a value"))
            if rule and value not in (None, "") and (remedy := rule(value)):
                yield Problem(field.attname, value, remedy)
        for check in self.rules.rows:
            yield from check(values)

    def misfits(self) -> Iterator[Problem]:
        """Yield what does not fit of the rows that it refers to; queries for them."""
        for name, pairs in self.rules.agreements.items():
            other = getattr(self, name, None)
            for theirs, ours in pairs.items() if other else ():
                wanted = getattr(self, ours)
                if wanted is not None and getattr(other, theirs) != wanted:
                    yield disagreement(name, other, theirs, getattr(other, theirs), wanted)
        yield from self._wrong_mentions()
        yield from self._of_another_kind()
        for field in self._meta.concrete_fields:
            if field.related_model is type(self) and getattr(self, field.attname) is not None:
                yield from self._round_trip(field)

    def _wrong_mentions(self) -> Iterator[Problem]:
        """Yield what lists mention that there is not, and ways back to the row; a query for each model mentioned."""
        for column, others in self.rules.mentions.items():
            entries = getattr(self, column) or []
            models = {apps.get_model(label): key for label, key in others.items()}
            known: set[Any] = set()
            # PostgreSQL would not look for a NUL.
            possible = [entry for entry in entries if "\0" not in str(entry)]
            for model, key in models.items() if possible else ():
                known.update(model._default_manager.filter(**{f"{key}__in": possible}).values_list(key, flat=True))
            for entry in entries:
                if entry not in known:
                    what = (str(model._meta.verbose_name) for model in models)
                    yield unknown_mention(column, entries, entry, what)
            if type(self) in models and entries and column not in self.rules.mutual:
                yield from self._way_back(column, models[type(self)])

    def _of_another_kind(self) -> Iterator[Problem]:
        """Yield the values that rows of other tables have; a query for each such table."""
        for column, others in self.rules.apart.items():
            value = getattr(self, column)
            for model, key in ((apps.get_model(label), key) for label, key in others.items()):
                if value is not None and model._default_manager.filter(**{key: value}).exists():
                    yield of_another_kind(column, value, str(model._meta.verbose_name))

    def _way_back(self, column: str, key: str) -> Iterator[Problem]:
        stored = dict(type(self)._default_manager.order_by().values_list(key, column))
        own = getattr(self, key)
        stored[own] = getattr(self, column)
        if way := way_back(own, stored):
            yield comes_back(column, stored[own], way)

    def _round_trip(self, field: Any) -> Iterator[Problem]:
        """Yield the problem that the row comes back to itself by what it refers to."""
        rows: Any = type(self)._default_manager.order_by()

        def next_row(pk: Any) -> Any:
            stored = rows.filter(pk=pk).values_list(field.attname, flat=True)
            return getattr(self, field.attname) if pk == self.pk else stored.first()

        if self.pk is not None and (way := round_trip(self.pk, next_row)):
            codes = dict(rows.filter(pk__in=way).values_list("pk", "code"))
            yield comes_back(field.name, codes[way[1]], [codes[pk] for pk in way])


def disagreement(column: str, other: Any, theirs: str, has: Any, wanted: Any) -> Problem:
    """Return the problem that a row and the one it refers to disagree."""
    what = theirs.removesuffix("_id").replace("_", " ")
    return Problem(
        column,
        str(other),
        gettext("choose one of the {what} {wanted}: this one is of {has}").format(
            what=gettext(what), wanted=wanted, has=has
        ),
    )


def comes_back(column: str, value: Any, way: list[Any]) -> Problem:
    """Return the problem that a row comes back to itself."""
    return Problem(column, value, gettext("choose another one: this leads back, {path}").format(path=path(way)))
