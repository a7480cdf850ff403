"""Give fields that staff changed back to upstream."""

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from apps.back_office.history.audit import Changes
from apps.imports.diff import WITHDRAWN
from apps.imports.models.imported import ImportedRow

# Rows in memory at once.
CHUNK = 500


def give_back(
    rows: models.QuerySet[Any],
    fields: Collection[str] | None = None,
    *,
    record: Callable[[ImportedRow, Changes], object] = lambda row, changes: None,
) -> int:
    """Put upstream's last word into the given fields, all by default, and return how many rows changed.

    Fields are named as reports name them: "title_fr", "publisher_id", "author". Rows of staff's own are
    left alone, and so is a reference to a row that is no longer there. Raises ValidationError, and changes nothing,
    where a field given back would not fit those that stay.
    record: is told of each row what changes, in the same transaction.
    """
    changed = 0
    with transaction.atomic():
        keys = list(rows.exclude(upstream=None).order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), CHUNK):
            for row in rows.filter(pk__in=keys[start : start + CHUNK]):
                edited = {
                    field: (yours, said)
                    for field, yours, said in edits(row)
                    if (fields is None or field in fields) and _is_there(row, field, said)
                }
                if edited:
                    changed += 1
                    record(row, edited)
                    _put_all(row, {field: said for field, (_, said) in edited.items()})
    return changed


def take_back(row: ImportedRow, yours: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Make fields of one row staff's again, and return whether they still were as upstream said.

    Raises ValidationError where they would not fit those that stay.
    """
    with transaction.atomic():
        if any(_value(row, field) != value for field, value in said.items()):
            return False
        if not all(_is_there(row, field, value) for field, value in yours.items()):
            return False
        _put_all(row, yours)
    return True


def _put_all(row: ImportedRow, values: Mapping[str, Any]) -> None:
    """Put values as `upstream` holds them. Raises ValidationError where they would not fit those that stay."""
    before = set(map(str, row.misfits()))
    for field, value in values.items():
        _put(row, field, value)
    _refuse_misfit(type(row)._default_manager.get(pk=row.pk), before)
    if hasattr(row, "updated_at"):
        rows: Any = type(row)._default_manager
        rows.filter(pk=row.pk).update(updated_at=timezone.now())


def _refuse_misfit(row: ImportedRow, before: Collection[str]) -> None:
    """Raise ValidationError for what a row refers to, does not fit, and did before."""
    if wrong := [str(problem) for problem in row.misfits() if str(problem) not in before]:
        raise ValidationError([f"{row}: {each}" for each in wrong])


def edits(row: ImportedRow) -> Iterator[tuple[str, Any, Any]]:
    """Yield (field, staff's value, upstream's) for each field that staff changed."""
    if row.upstream is None:
        return
    texts = {field.attname: None for field in row._meta.concrete_fields if _is_text_of_upstream(field)}
    for field, said in {**texts, WITHDRAWN: None, **row.upstream}.items():
        yours = _value(row, field)
        if yours != said and not (field == WITHDRAWN and row.stays_hidden):
            yield field, yours, said


def _is_text_of_upstream(field: Any) -> bool:
    """Tell whether upstream may have said nothing of a text, which its record then leaves out."""
    return bool(isinstance(field, models.CharField) and not field.primary_key and hasattr(field, "language"))


def _value(row: ImportedRow, name: str) -> Any:
    """Return a field of the row as `upstream` holds it."""
    field = _field(row, name)
    if field.many_to_many:
        return sorted(getattr(row, name).values_list("pk", flat=True))
    if name == field.attname:
        value = getattr(row, name)
        if isinstance(value, datetime.date):
            return value.isoformat()
        return value or None if isinstance(field, models.CharField) else value
    other = getattr(row, name)
    return other.code if other else None


def _is_there(row: ImportedRow, name: str, said: Any) -> bool:
    """Return whether what upstream says can be put: the row that it names by code must exist."""
    field = _field(row, name)
    if not field.many_to_one or name == field.attname or not said:
        return True
    return bool(field.related_model._default_manager.filter(code=said).exists())


def _put(row: ImportedRow, name: str, said: Any) -> None:
    field = _field(row, name)
    if field.many_to_many:
        getattr(row, name).set(said or [])
        return
    if name != field.attname:
        name, said = field.attname, said and field.related_model._default_manager.get(code=said).pk
    if said is None and not field.null:
        said = ""
    columns = {name: said}
    if name == "name_en":
        columns["name"] = said
    # By `update`, since `save` would write the active language's name into another column.
    queryset: Any = type(row)._default_manager.filter(pk=row.pk)
    (queryset.rewrite(False) if hasattr(queryset, "rewrite") else queryset).update(**columns)  # noqa: FBT003


def _field(row: ImportedRow, name: str) -> Any:
    return row._meta.get_field(name)
