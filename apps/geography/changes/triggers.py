"""Triggers that note what has changed of which place, in the transaction of whoever writes.

A note bears the revision that its write has moved to. Whoever writes to the data, or for a tenant, holds the row of
that revision until the transaction ends; so notes are committed in the order of their numbers, and who has read up to a
number misses nothing that is committed later. On PostgreSQL the names of these triggers put them behind those that
move revisions; SQLite has no order, so there they move the revision once more themselves.

What no caller sees (`UNSEEN`) leaves no note. See `apps/decisions/0024-changes.md`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from apps.geography.models.changes import EVERYBODY, EVERYTHING
from apps.geography.models.search import Kind
from apps.geography.timestamps import REDIRECT, columns_seen
from apps.revisions.movers import POSTGRESQL_TIME, REVISIONS, SQLITE_TIME, move
from apps.revisions.triggers import Body, Trigger

TARGET = "geography_change"
DATA = "'data'"
OPERATIONS = ("INSERT", "UPDATE", "DELETE")
LEADING = ("redirect_country_id", "redirect_subdivision_id", "replaced_by")


@dataclass(frozen=True)
class Place:
    """Where the rows of a table are places, or say how a tenant has one. In SQL `{r}` is a row, `{n}` the new one.

    located: the columns by which one finds place, what it lies in, and holder. tells: those that count; none: all that
    callers see. came: what makes an update one by which the place comes, or is switched. inserted and deleted: which
    rows count when they come and go; `comes` and `goes`: whether by that they are switched.
    """

    model: str
    kind: Kind
    place: str
    within: str
    located: Sequence[str]
    holder: str = str(EVERYBODY)
    tells: Sequence[str] = ()
    came: str = "false"
    leads: Sequence[str] = ()
    inserted: str = "true"
    deleted: str = "true"
    comes: bool = True
    goes: bool = False

    @property
    def table(self) -> str:
        """Return the name of the table."""
        return f"geography_{self.model}"

    @property
    def columns(self) -> Sequence[str]:
        """Return the columns that count."""
        return self.tells or columns_seen(self.model)

    @property
    def revision(self) -> str:
        """Return the name of the revision that a write moves, in SQL; `{r}` is the row."""
        return DATA if self.holder == str(EVERYBODY) else f"'tenant:' || {self.holder}"

    def select(self, row: str, source: str, condition: str, came: str = "false", led: str = "false") -> str:
        """Return the query for what to note of rows."""
        holder, place, within = (each.replace("{r}", row) for each in (self.holder, self.place, self.within))
        return (
            f"SELECT {holder} AS holder, {place} AS place, {within} AS within, {came} AS came, {led} AS led "
            f"{source}WHERE {condition.replace('{r}', row)}"
        )


@dataclass(frozen=True)
class Part:
    """Rows of `table` belong to the places `w` of `whole` that `link` finds by what is in their column."""

    model: str
    whole: Place
    column: str
    link: str
    tells: Sequence[str] = ()
    operations: Sequence[str] = OPERATIONS

    @property
    def table(self) -> str:
        """Return the name of the table."""
        return f"geography_{self.model}"


RETURNED = "({o}.withdrawn_on IS NOT NULL AND {n}.withdrawn_on IS NULL)"
SWITCHED = "{n}.active <> {o}.active"
COUNTRY = Place("country", Kind.COUNTRY, "{r}.code", "{r}.code", ("code",), came=RETURNED)
SUBDIVISION = Place(
    "subdivision", Kind.SUBDIVISION, "{r}.code", "{r}.country_id", ("code", "country_id"), came=RETURNED, leads=LEADING
)
CITY = Place(
    "city",
    Kind.CITY,
    "CAST({r}.geonameid AS varchar(20))",
    "coalesce((SELECT s.code FROM geography_subdivision s WHERE s.id = {r}.subdivision_id), {r}.country_id)",
    ("geonameid", "country_id", "subdivision_id"),
    came=RETURNED,
)
OWN_SUBDIVISION = "(SELECT s.{column} FROM geography_subdivision s WHERE s.id = {{r}}.subdivision_id)"
# What comes switched on is what there was without the row, unless the row had been there and gone.
OF_COUNTRY = "k.holder = {r}.tenant_id AND k.kind = 1 AND k.place = {r}.country_id"
PLACES = (
    COUNTRY,
    SUBDIVISION,
    CITY,
    Place(
        "tenantcountry",
        Kind.COUNTRY,
        "{r}.country_id",
        "{r}.country_id",
        ("tenant_id", "country_id"),
        holder="{r}.tenant_id",
        tells=("tenant_id", "country_id", "active"),
        came=SWITCHED,
        inserted=f"(NOT {{r}}.active OR EXISTS (SELECT 1 FROM {TARGET} k WHERE {OF_COUNTRY}))",
        deleted="{r}.active",
        goes=True,
    ),
    Place(
        "tenantsubdivision",
        Kind.SUBDIVISION,
        OWN_SUBDIVISION.format(column="code"),
        OWN_SUBDIVISION.format(column="country_id"),
        ("tenant_id", "subdivision_id"),
        holder="{r}.tenant_id",
        tells=("tenant_id", "subdivision_id", "active"),
        came=SWITCHED,
        inserted="NOT {r}.active",
        deleted="NOT {r}.active",
        goes=True,
    ),
    Place(
        "tenantcountryname",
        Kind.COUNTRY,
        "{r}.country_id",
        "{r}.country_id",
        ("tenant_id", "country_id"),
        holder="{r}.tenant_id",
        comes=False,
    ),
)
OF_REGION = "w.code IN (SELECT m.country_id FROM geography_country_regions m WHERE m.region_id IN ({keys}))"
PARTS = (
    Part("alternativename", COUNTRY, "country_id", "w.code IN ({keys})"),
    Part("country_regions", COUNTRY, "country_id", "w.code IN ({keys})"),
    Part("region", COUNTRY, "code", OF_REGION, tells=("code", "withdrawn_on")),
    Part("subdivision", COUNTRY, "redirect_country_id", "w.code IN ({keys})", tells=REDIRECT),
    Part("subdivision", SUBDIVISION, "redirect_subdivision_id", "w.id IN ({keys})", tells=REDIRECT),
    Part("subdivisiontype", SUBDIVISION, "code", "w.type_id IN ({keys})"),
    Part("officialname", SUBDIVISION, "subdivision_id", "w.id IN ({keys})"),
    Part("subdivision", CITY, "id", "w.subdivision_id IN ({keys})", tells=("code",), operations=("UPDATE",)),
    Part("cityname", CITY, "city_id", "w.geonameid IN ({keys})"),
)


def triggers() -> Iterator[Trigger]:
    """Yield the triggers that note what has changed, and those that forget it."""
    for place in PLACES:
        for operation in OPERATIONS:
            yield _of_place(place, operation)
    for part in PARTS:
        for operation in part.operations:
            yield _of_part(part, operation)
    for table in sorted({each.table for each in (COUNTRY, SUBDIVISION, CITY, *PARTS)}):
        yield Trigger(
            name=f"tell_everything_by_{table}",
            table=table,
            event="TRUNCATE",
            target=TARGET,
            postgresql=Body(" ".join(_everything("postgresql"))),
        )
    yield Trigger(
        name="tell_nothing_of_gone_tenant",
        table="tenants_tenant",
        event="DELETE",
        target=TARGET,
        sqlite=Body(f"DELETE FROM {TARGET} WHERE holder = OLD.id;"),
        postgresql=Body(f"DELETE FROM {TARGET} WHERE holder IN (SELECT id FROM old_rows);"),
    )


def forget(using: str = DEFAULT_DB_ALIAS) -> None:
    """Let nothing be known of what changed before now: whoever follows changes has to begin anew."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        for statement in _everything(connection.vendor):
            cursor.execute(statement)


def _everything(vendor: str) -> tuple[str, str]:
    nothing = f"SELECT {EVERYBODY} AS holder, '' AS place, '' AS within, false AS came, false AS led"
    return _move(DATA, vendor), _note(EVERYTHING, nothing, vendor)


def _of_place(place: Place, operation: str) -> Trigger:
    sqlite, postgresql = _rows(place, operation, "sqlite"), _rows(place, operation, "postgresql")
    moves = dict.fromkeys(_move(place.revision.replace("{r}", row), "sqlite") for row in sqlite)
    return Trigger(
        name=f"tell_{place.model}_{operation.lower()}",
        table=place.table,
        event=operation,
        target=TARGET,
        sqlite=Body(
            " ".join([*moves, _note(place.kind, " UNION ALL ".join(sqlite.values()), "sqlite", place.revision)]),
            when=_differs(place.columns, "sqlite") if operation == "UPDATE" else "",
        ),
        postgresql=_planned_anew(
            operation, _note(place.kind, " UNION ALL ".join(postgresql.values()), "postgresql", place.revision)
        ),
    )


def _rows(place: Place, operation: str, vendor: str) -> dict[str, str]:
    """Return the queries for what to note of the rows of a statement, by what they call a row."""
    is_one = vendor == "sqlite"
    new, old = ("NEW", "OLD") if is_one else ("n", "o")
    if operation == "INSERT":
        came = "true" if place.comes else "false"
        return {new: place.select(new, "" if is_one else "FROM new_rows n ", place.inserted, came)}
    if operation == "DELETE":
        came = "true" if place.goes else "false"
        return {old: place.select(old, "" if is_one else "FROM old_rows o ", place.deleted, came)}
    key, differ = _key(place.model), "IS NOT" if is_one else "IS DISTINCT FROM"
    both = "" if is_one else f'FROM new_rows n FULL JOIN old_rows o ON n."{key}" = o."{key}" '
    came = place.came.replace("{n}", new).replace("{o}", old)
    came = f'(coalesce({came}, false) OR {new}."{key}" {differ} {old}."{key}")'
    led = _differs(place.leads, vendor) if place.leads else "false"
    return {
        new: place.select(new, both, f'{new}."{key}" IS NOT NULL AND {_differs(place.columns, vendor)}', came, led),
        old: place.select(old, both, f'{old}."{key}" IS NOT NULL AND {_differs(place.located, vendor)}'),
    }


def _of_part(part: Part, operation: str) -> Trigger:
    columns, whole = part.tells or columns_seen(part.model), part.whole
    ages = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[operation]
    row = ", ".join(f"{age}.{part.column}" for age in ages)
    rows = f"SELECT {part.column} FROM {'new' if operation == 'INSERT' else 'old'}_rows"
    if operation == "UPDATE":
        key = _key(part.model)
        rows = (
            f"SELECT unnest(ARRAY[n.{part.column}, o.{part.column}]) FROM new_rows n "
            f'JOIN old_rows o ON n."{key}" = o."{key}" WHERE {_differs(columns, "postgresql")}'
        )
    one, several = (whole.select("w", f"FROM {whole.table} w ", part.link.format(keys=keys)) for keys in (row, rows))
    return Trigger(
        name=f"tell_{whole.model}_by_{part.model}_{operation.lower()}",
        table=part.table,
        event=operation,
        target=TARGET,
        sqlite=Body(
            f"{_move(DATA, 'sqlite')} {_note(whole.kind, one, 'sqlite')}",
            when=_differs(columns, "sqlite") if operation == "UPDATE" else "",
        ),
        postgresql=_planned_anew(operation, _note(whole.kind, several, "postgresql")),
    )


def _note(kind: int, select: str, vendor: str, revision: str = DATA) -> str:
    """Return the statement that notes what `select` finds, each place once, at the revision of now."""
    # On SQLite there is one row, or places that differ by their keys.
    came, led, grouped, greatest, once = "t.came", "t.led", "", "max", ""
    if vendor == "postgresql":
        came, led, greatest = "bool_or(t.came)", "bool_or(t.led)", "greatest"
        grouped = " GROUP BY t.holder, t.place, t.within, r.number"
        # What this transaction has noted already is committed with it, at a number that nobody has read yet.
        once = f" WHERE {TARGET}.xmin <> pg_current_xact_id()::xid OR greatest(excluded.came, excluded.led) > 0"
    name = revision.replace("{r}.tenant_id", "t.holder")
    return (
        f"INSERT INTO {TARGET} (holder, kind, place, within, number, came, led) "
        f"SELECT t.holder, {int(kind)}, t.place, t.within, r.number, "
        f"CASE WHEN {came} THEN r.number ELSE 0 END, CASE WHEN {led} THEN r.number ELSE 0 END "
        f"FROM ({select}) t JOIN {REVISIONS} r ON r.name = {name} WHERE t.place IS NOT NULL{grouped} "
        f"ON CONFLICT (holder, kind, place, within) DO UPDATE SET number = excluded.number, "
        f"came = {greatest}({TARGET}.came, excluded.came), led = {greatest}({TARGET}.led, excluded.led){once};"
    )


def _move(name: str, vendor: str) -> str:
    """Return the statement that moves a revision."""
    is_sqlite = vendor == "sqlite"
    time = f"{SQLITE_TIME} WHERE true" if is_sqlite else POSTGRESQL_TIME
    return move(f"SELECT {name}, {time}", "max" if is_sqlite else "greatest")


def _planned_anew(operation: str, statement: str) -> Body:
    """Return the body that plans a statement for the rows at hand: a plan for three takes a minute for thousands."""
    return Body(
        f"EXECUTE $note${statement}$note$;",
        when=f"EXISTS (SELECT FROM {'old' if operation == 'DELETE' else 'new'}_rows)",
    )


def _differs(columns: Sequence[str], vendor: str) -> str:
    if vendor == "sqlite":
        return "(" + " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in columns) + ")"
    new, old = (", ".join(f'{age}."{column}"' for column in columns) for age in ("n", "o"))
    return f"(({new}) IS DISTINCT FROM ({old}))"


def _key(model: str) -> str:
    return str(apps.get_model("geography", model)._meta.pk.column)
