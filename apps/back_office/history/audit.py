"""The one history: who changed what, when, from where, by what, and from what to what.

It is the table of django-auditlog, whose own hooks see no `update()` and know neither credentials nor commands. So
whoever writes records it here, in the transaction of the change. Of a secret only that it has changed is recorded.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Self

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import override

from apps.back_office.history.existence import SECRETS, Existence, with_dependents
from apps.back_office.history.groups import CHUNK, Group, plain, stored

Action = LogEntry.Action
# Old and new value by field.
Changes = Mapping[str, tuple[Any, Any]]

# An update of more rows leaves one entry that says how many; each of fewer has its own.
MOST_ROWS = 1000
HIDDEN = "(secret)"
NOTHING: tuple[Any, ...] = (None, "", [], {})


def in_english() -> AbstractContextManager[None]:
    """Return what makes texts be in the one language of the history, whoever has written it."""
    return override(settings.LANGUAGE_CODE)


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes. `by`: "user", "tenant" and "credential", "command", as far as they apply; never a secret."""

    by: Mapping[str, str] = field(default_factory=dict)
    user_id: int | None = None
    address: str = ""
    request_id: str | None = None

    @classmethod
    def of_command(cls, command: str, user: str = "") -> Self:
        """Return a management command, started by a user of the back office where one is named."""
        return cls({"command": command, **({"user": user} if user else {})})


def entry(
    by: Author,
    row: models.Model | type[models.Model],
    changes: Changes,
    *,
    action: int = Action.UPDATE,
    label: str | None = None,
    undo: Iterable[Group] = (),
    existence: Existence | None = None,
    **about: Any,
) -> LogEntry:
    """Return an unsaved entry for what `by` changes of `row`; of a model it is about many rows at once.

    label: what people call the row; its own `__str__` may cost a query. undo, existence: what would put it back;
    about: what else the history shall know.
    """
    pk = row.pk if isinstance(row, models.Model) else ""
    with in_english():
        called = str(row) if label is None else label
        texts = {name: [_text(name, old), _text(name, new)] for name, (old, new) in changes.items()}
    if action == Action.CREATE:
        # Before there was nothing, of a secret too.
        texts = {name: [None, new] for name, (_, new) in texts.items()}
    return LogEntry(
        content_type=ContentType.objects.get_for_model(row),
        object_pk=str(pk),
        object_id=pk if isinstance(pk, int) else None,
        object_repr=called,
        action=action,
        changes=texts,
        actor_id=by.user_id,
        cid=by.request_id,
        remote_addr=_address(by.address),
        additional_data={**by.by, **about},
        serialized_data={**stored(undo), **(existence.as_json() if existence else {})} or None,
    )


def record(entries: Iterable[LogEntry]) -> None:
    """Store entries; belongs into the transaction of the change. One query."""
    LogEntry.objects.bulk_create(entries, batch_size=500)


def added(by: Author, row: models.Model, **about: Any) -> None:
    """Record a new row with what is in it."""
    changes = {name: (None, value) for name, value in contents(row).items()}
    record([entry(by, row, changes, action=Action.CREATE, **about)])


def changed(
    by: Author,
    row: models.Model,
    changes: Changes,
    *,
    undo: Iterable[Group] = (),
    existence: Existence | None = None,
    **about: Any,
) -> None:
    """Record what has changed of a row, if anything has."""
    if changes:
        record([entry(by, row, changes, undo=undo, existence=existence, **about)])


def deleted(by: Author, rows: Iterable[models.Model], *, is_undoable: bool = False) -> None:
    """Record rows that are about to be deleted, with what is in them; is_undoable: and what would bring them back."""
    entries = []
    for row in rows:
        gone, undo = with_dependents(row) if is_undoable else ([], [])
        changes = {name: (value, None) for name, value in contents(row).items()}
        existence = Existence(deleted=gone)
        entries.append(entry(by, row, changes, action=Action.DELETE, undo=undo, existence=existence))
    record(entries)


@transaction.atomic
def save(by: Author, row: models.Model) -> None:
    """Save a row, and record what that adds or changes."""
    stored = type(row)._base_manager.filter(pk=row.pk).first()
    row.save()
    if stored is None:
        added(by, row)
        return
    before, after = contents(stored), contents(row)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    changes = {name: (before.get(name), after.get(name)) for name in names}
    changed(by, row, changes, undo=[] if SECRETS & changes.keys() else [Group.of(row, changes)] if changes else [])


@transaction.atomic
def update(by: Author, rows: models.QuerySet[Any], **values: Any) -> int:
    """Update the rows, as `QuerySet.update` does, and record it; return how many there were.

    Each of up to MOST_ROWS has its entry; more have one together, which says how many they were. Either can be undone.
    """
    table = rows.model._base_manager
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    if len(keys) > MOST_ROWS:
        return _update_many(by, rows, keys, values)
    # Whoever writes to them now is waited for; then those count that still are among the rows.
    list(table.filter(pk__in=keys).select_for_update().order_by("pk").values_list("pk"))
    found = list(rows.filter(pk__in=keys))
    for_each = [(row, {name: (getattr(row, name), new) for name, new in values.items()}) for row in found]
    record(
        entry(by, row, changes, undo=() if SECRETS & values.keys() else [Group.of(row, changes)])
        for row, changes in for_each
    )
    count = table.filter(pk__in=[row.pk for row in found]).update(**values)
    return int(count)


def _update_many(by: Author, rows: models.QuerySet[Any], keys: list[Any], values: dict[str, Any]) -> int:
    """Update rows a chunk at a time, and leave one entry for all that they were before."""
    table, count = rows.model._base_manager, 0
    before: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        list(table.filter(pk__in=chunk).select_for_update().order_by("pk").values_list("pk"))
        found = rows.filter(pk__in=chunk).order_by("pk").values_list("pk", *values)
        chosen = []
        for pk, *olds in found:
            before[tuple(olds)].append(pk)
            chosen.append(pk)
        count += table.filter(pk__in=chosen).update(**values)
    after = {name: plain(new) for name, new in values.items()}
    undo = [
        Group(rows.model._meta.label_lower, pks, dict(zip(values, map(plain, olds), strict=True)), after)
        for olds, pks in before.items()
    ]
    of_all = next(iter(before)) if len(before) == 1 else ["(several)"] * len(values)
    changes = {name: (old, new) for (name, new), old in zip(values.items(), of_all, strict=True)}
    label = counted(count, rows.model)
    record([entry(by, rows.model, changes, label=label, undo=undo, rows=count)])
    return count


def counted(count: int, model: type[models.Model]) -> str:
    """Return how many rows of what, as the history says it: in English, whoever has written it."""
    with in_english():
        return f"{count:,} {model._meta.verbose_name_plural}"


def contents(row: models.Model) -> dict[str, Any]:
    """Return what people may fill in of a row, where there is something, by field."""
    names = {each.name for each in row._meta.concrete_fields}
    return {
        each.name: getattr(row, each.name)
        for each in row._meta.concrete_fields
        # modeltranslation's own column of the default language says the same twice.
        if each.editable and not each.primary_key and f"{each.name}_{settings.LANGUAGE_CODE}" not in names
        if getattr(row, each.attname) not in NOTHING
    }


def _text(name: str, value: Any) -> str | bool | None:
    """Return a value as the history keeps it; `name` may name several things, the field last.

    Nothing and yes or no are kept as such: pages have words for them in each language, and a town is called None.
    """
    if name.rpartition(" ")[2] in SECRETS:
        return HIDDEN
    if value is None or isinstance(value, bool):
        return value
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _address(text: str) -> str | None:
    """Return an address as the database takes it, None for what is none, such as a Unix socket's."""
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return None
