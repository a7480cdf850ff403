"""Write the changes: staged outside the transaction, then moved in a few statements inside it."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

from apps.imports.diff import WITHDRAWN, Changes, Write
from apps.imports.progress import STAGING, bar
from apps.imports.tables import Table

# Columns of the staging tables beside those of the data.
PK, TOUCHED, UPSTREAM = "staged_pk", "staged_touched", "staged_upstream"
BATCH = 5000
UPDATED = "updated_at"
STAMPS = ("created_at", UPDATED)
# One for all rows; `json.dumps` makes one for each.
as_json = json.JSONEncoder(ensure_ascii=False).encode


def stage(changes: Changes) -> None:
    """Copy the rows to write into a temporary table, which no other connection sees and nobody waits for."""
    table = changes.table
    fields = _staged_fields(table)
    columns = [f"{_quote(name)} {kind}" for name, kind in fields.items()]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_staging(table)}")
        cursor.execute(f"CREATE TEMPORARY TABLE {_staging(table)} ({', '.join(columns)})")
        rows = bar(_staged_rows(changes), STAGING, table.label, len(changes.writes))
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {_staging(table)} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {_staging(table)}")
        else:
            # One transaction for all rows; it is on the temporary database and locks no other.
            own = not connection.in_atomic_block
            if own:
                cursor.execute("BEGIN DEFERRED")
            insert = f"INSERT INTO {_staging(table)} VALUES ({', '.join(['%s'] * len(fields))})"
            while batch := list(islice(rows, BATCH)):
                cursor.executemany(insert, batch)
            if own:
                cursor.execute("COMMIT")
    for column in table.many:
        _stage_members(table, column, changes.writes)


def move(changes: Changes, now: Any) -> None:
    """Insert and update the staged rows; belongs inside the write transaction.

    No statement runs for no rows: PostgreSQL would keep plans for none in the trigger functions, and follow them
    with thousands (a minute instead of a second).
    """
    table = changes.table
    new = [write for write in changes.writes if write.pk is None]
    values = {_column(table, column): _value(table, column) for column in (*table.columns, WITHDRAWN)}
    for column in table.many:
        values.pop(column)
    if "name_en" in table.columns:
        # modeltranslation's own column of the default language.
        values["name"] = f"s.{_quote('name_en')}"
    values["upstream"] = f"s.{UPSTREAM}"
    own = [column for column in table.references if table.model_field(column).related_model is table.model]
    if new:
        _insert(table, {**values, **{_column(table, column): "NULL" for column in own}}, now)
    if len(new) < len(changes.writes):
        # The key of a row that is there never changes.
        keys = {_column(table, column) for column in table.columns[: table.key]}
        _update(table, {name: value for name, value in values.items() if name not in keys}, now)
    places = {column: table.columns.index(column) for column in own}
    _link(table, [column for column, place in places.items() if any(write.values[place] for write in new)])
    for column in table.many:
        _move_members(table, column)
    if len(changes.writes) > BATCH and connection.vendor == "postgresql":
        # Else lists are planned for an empty table until autovacuum comes, in a minute or more.
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {_target(table)}")


def _insert(table: Table, values: dict[str, str], now: Any) -> None:
    """Insert the new rows: `values` are columns and SQL; other columns get the model's default."""
    columns, expressions = list(values), list(values.values())
    parameters = []
    for field in table.model._meta.concrete_fields:
        if field.column not in values and not field.null and not isinstance(field, models.AutoField):
            default = now if field.name in STAMPS else field.get_default()
            columns.append(str(field.column))
            expressions.append("%s")
            parameters.append(field.get_db_prep_save(default, connection))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_target(table)} ({', '.join(map(_quote, columns))}) "
            f"SELECT {', '.join(expressions)} FROM {_staging(table)} s WHERE s.{PK} IS NULL",
            parameters,
        )


def _update(table: Table, values: dict[str, str], now: Any) -> None:
    """Update the rows that are there; `updated_at` moves where more than upstream's record changes."""
    meta: Any = table.model._meta
    changes, parameters = [f"{_quote(name)} = {value}" for name, value in values.items()], []
    if UPDATED in {field.name for field in meta.concrete_fields}:
        changes.append(f"{UPDATED} = CASE WHEN s.{TOUCHED} THEN %s ELSE t.{UPDATED} END")
        parameters.append(meta.get_field(UPDATED).get_db_prep_save(now, connection))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_target(table)} AS t SET {', '.join(changes)} "
            f"FROM {_staging(table)} s WHERE t.{_quote(meta.pk.column)} = s.{PK}",
            parameters,
        )


def _link(table: Table, own: Sequence[str]) -> None:
    """Let new rows refer to rows that came with them, which the INSERT could not yet see."""
    with connection.cursor() as cursor:
        if own and connection.vendor == "postgresql":
            # It would plan as if the table were as empty as it was before.
            cursor.execute(f"ANALYZE {_target(table)}")
        for column in own:
            cursor.execute(
                f"UPDATE {_target(table)} AS t SET {_quote(_column(table, column))} = {_value(table, column)} "
                f"FROM {_staging(table)} s WHERE s.{PK} IS NULL AND s.{_quote(column)} IS NOT NULL "
                f"AND {_same_key(table)}"
            )


def clear(table: Table) -> None:
    """Drop the temporary tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_staging(table)}")
        for column in table.many:
            cursor.execute(f"DROP TABLE IF EXISTS {_staging(table, column)}")


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)


def _target(table: Table) -> str:
    return _quote(table.model._meta.db_table)


def _staging(table: Table, column: str = "rows") -> str:
    return _quote(f"staged_{table.model._meta.model_name}_{column}")


def _column(table: Table, column: str) -> str:
    """Return the name of the column in the database."""
    return column if column in table.many else str(table.model_field(column).column)


def _value(table: Table, column: str) -> str:
    """Return the SQL that gives a column its value from the staged row `s`."""
    staged = f"s.{_quote(column)}"
    if column not in table.references:
        return staged
    other = table.model_field(column).related_model._meta
    return (
        f"(SELECT r.{_quote(other.pk.column)} FROM {_quote(other.db_table)} r "
        f"WHERE r.{_quote(table.references[column])} = {staged})"
    )


def _same_key(table: Table) -> str:
    keys = table.columns[: table.key]
    return " AND ".join(f"t.{_quote(_column(table, column))} = {_value(table, column)}" for column in keys)


def _type(field: Any) -> str:
    """Return the database type of a field's values, that of the other table's key for a key; nothing is counted up."""
    return str(field.rel_db_type(connection))


def _staged_fields(table: Table) -> dict[str, str]:
    """Return the columns of the staging table and their types, in the order of `_staged_rows`."""
    fields = {}
    for column in (*table.columns, WITHDRAWN):
        if column in table.many:
            continue
        fields[column] = _type(table.value_field(column))
    return {**fields, PK: _type(table.model._meta.pk), TOUCHED: "bool", UPSTREAM: _type(table.model_field("upstream"))}


def _staged_rows(changes: Changes) -> Iterator[list[Any]]:
    """Yield the rows to write as the database driver takes them."""
    table = changes.table
    required, documents = [], []
    plain = [column for column in table.columns if column not in table.many]
    for index, column in enumerate(plain):
        field = table.model_field(column)
        if index in table.text and not field.null:
            required.append(index)
        if isinstance(field, models.JSONField):
            documents.append(index)
    width = len(plain)
    for write in changes.writes:
        row = [*write.values[:width], write.values[-1]]
        for index in required:
            row[index] = row[index] or ""
        for index in documents:
            row[index] = as_json(row[index])
        yield [*row, write.pk, write.touched, as_json(write.upstream)]


def _stage_members(table: Table, column: str, writes: list[Write]) -> None:
    """Stage the pairs of a many-to-many column, for rows whose primary key is their key."""
    index = table.columns.index(column)
    through: Any = getattr(table.model, column).through
    pairs = [(write.values[0], member) for write in writes for member in write.values[index]]
    fields = [through._meta.get_field(name) for name in _member_fields(table, column)]
    columns = ", ".join(f"{_quote(field.column)} {field.db_type(connection)}" for field in fields)
    staging = _staging(table, column)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {staging}")
        cursor.execute(f"CREATE TEMPORARY TABLE {staging} ({columns})")
        cursor.executemany(f"INSERT INTO {staging} VALUES (%s, %s)", pairs)


def _move_members(table: Table, column: str) -> None:
    through: Any = getattr(table.model, column).through
    target, staging = _quote(through._meta.db_table), _staging(table, column)
    source, member = (_quote(through._meta.get_field(name).column) for name in _member_fields(table, column))
    key = _quote(table.columns[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {target} WHERE {source} IN (SELECT {key} FROM {_staging(table)}) AND NOT EXISTS "
            f"(SELECT 1 FROM {staging} s WHERE s.{source} = {target}.{source} AND s.{member} = {target}.{member})"
        )
        cursor.execute(
            f"INSERT INTO {target} ({source}, {member}) SELECT {source}, {member} FROM {staging} "
            f"WHERE true ON CONFLICT ({source}, {member}) DO NOTHING"
        )


def _member_fields(table: Table, column: str) -> tuple[str, str]:
    field = getattr(table.model, column).field
    return field.m2m_field_name(), field.m2m_reverse_field_name()
