"""Triggers that note which places have changed since their names were folded."""

from collections.abc import Iterator
from typing import NamedTuple

from apps.geography.models.search import Kind
from apps.revisions.triggers import Body, Trigger

TARGET = "geography_unindexed"


class Noted(NamedTuple):
    """Rows of `table` are about the place of `kind` whose id `place` is, or the subdivision with this primary key."""

    table: str
    kind: Kind
    place: str
    is_key: bool = False


NOTED = (
    Noted("geography_country", Kind.COUNTRY, "code"),
    Noted("geography_alternativename", Kind.COUNTRY, "country_id"),
    Noted("geography_subdivision", Kind.SUBDIVISION, "code"),
    Noted("geography_officialname", Kind.SUBDIVISION, "subdivision_id", is_key=True),
    Noted("geography_city", Kind.CITY, "geonameid"),
    Noted("geography_cityname", Kind.CITY, "city_id"),
)
ROWS = {"INSERT": ("new",), "UPDATE": ("old", "new"), "DELETE": ("old",)}


def triggers() -> Iterator[Trigger]:
    """Yield them. By their names they run behind those that move revisions, and so hold the row that `refresh` awaits.

    A place that is noted already is not noted again: without that order it might be, while a refresh takes the note.
    """
    for noted in NOTED:
        for operation, ages in ROWS.items():
            yield Trigger(
                name=f"unindex_{noted.table}_{operation.lower()}",
                table=noted.table,
                event=operation,
                target=TARGET,
                sqlite=Body(" ".join(f"{_note(noted, age.upper(), 'sqlite')};" for age in ages)),
                postgresql=Body(" ".join(f"{_note(noted, f'{age}_rows', 'postgresql')};" for age in ages)),
            )


def _note(noted: Noted, rows: str, vendor: str) -> str:
    """Return the statement that notes the places of rows: on SQLite a single one, on PostgreSQL a table of them."""
    is_one = vendor == "sqlite"
    place = f"{rows}.{noted.place}" if is_one else f"r.{noted.place}"
    tables = [] if is_one else [f"{rows} r"]
    condition = "true"
    if noted.is_key:
        tables.append("geography_subdivision s")
        place, condition = "s.code", f"s.id = {place}"
    source = f"FROM {', '.join(tables)} " if tables else ""
    return (
        f"INSERT INTO {TARGET} (kind, place) SELECT DISTINCT {int(noted.kind)}, CAST({place} AS varchar(20)) "
        f"{source}WHERE {condition} ON CONFLICT (kind, place) DO NOTHING"
    )
