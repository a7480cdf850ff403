import datetime
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.db.models import Q
from django.utils import timezone

from apps.geography.models import Country, Region, Subdivision
from apps.imports import run as engine
from apps.imports.lock import ADVISORY_LOCK, ImportRunning, exclusive
from apps.imports.models import ImportRun
from apps.imports.report import Kept, Report
from apps.imports.run import Refused, run
from apps.imports.tables import Dataset, Row, Table
from apps.revisions import numbers
from apps.tenants.models import Tenant
from tests.factories import CountryFactory, RegionFactory

pytestmark = pytest.mark.django_db

REGIONS = Table(Region, ("code", "name_en", "name_de"), scope=Q(code__startswith="X-"))
LAND = ("X-land", "Land", "Land")
SEA = ("X-sea", "Sea", "Meer")


def sync(*rows: Row, table: Table = REGIONS, **options: Any) -> Report:
    """Import the rows as all that upstream has."""
    return run([Dataset(table, rows)], holder="test", force=True, **options)


def name(code: str, language: str = "de") -> str | None:
    return Region.objects.rewrite(False).values_list(f"name_{language}", flat=True).get(code=code)


def test_rows_are_added_with_what_upstream_says() -> None:
    report = sync(LAND, SEA)
    assert report.counts["regions"]["added"] == 2
    assert Region.objects.get(code="X-sea").upstream == {"name_en": "Sea", "name_de": "Meer"}
    assert Region.objects.rewrite(False).values_list("name", flat=True).get(code="X-sea") == "Sea"


def test_a_second_run_writes_nothing() -> None:
    sync(LAND, SEA)
    before = numbers.current("data")
    report = sync(LAND, SEA)
    assert numbers.current("data") == before
    assert report.counts["regions"]["unchanged"] == 2


def test_newer_sources_that_say_nothing_new_are_known_to_have_been_read() -> None:
    sync(LAND, SEA, sources={"atlas": "1"})
    before, runs = numbers.current("data"), ImportRun.objects.filter(command="test")
    sync(LAND, SEA, sources={"atlas": "2"}, dry_run=True)
    assert runs.count() == 1
    for _ in range(2):
        sync(LAND, SEA, sources={"atlas": "2"})
        assert [run.sources for run in runs.all()] == [{"atlas": "2"}, {"atlas": "1"}]
    assert numbers.current("data") == before


def test_a_change_upstream_is_taken_and_reported() -> None:
    sync(LAND, SEA)
    report = sync(LAND, ("X-sea", "Sea", "See"))
    assert name("X-sea") == "See"
    assert [str(change) for change in report.tables[0].changed] == ["X-sea.name_de: 'Meer' → 'See'"]


def test_a_dry_run_reports_the_same_and_writes_nothing() -> None:
    sync(LAND)
    before = numbers.current("data")
    dry = sync(("X-land", "Land", "Erde"), SEA, dry_run=True)
    assert numbers.current("data") == before
    assert name("X-land") == "Land"
    assert sync(("X-land", "Land", "Erde"), SEA).counts == dry.counts


def test_an_edit_survives_three_imports_that_say_otherwise() -> None:
    sync(LAND, SEA)
    Region.objects.filter(code="X-sea").update(name_de="Ozean")
    for upstream in ("Meer", "See", "Weltmeer"):
        report = sync(LAND, ("X-sea", "Sea", upstream))
        assert name("X-sea") == "Ozean"
        assert report.tables[0].kept == [Kept("X-sea", "name_de", "Ozean", upstream)]
    assert str(report.tables[0].kept[0]) == "X-sea.name_de is 'Ozean' (yours), upstream says 'Weltmeer'"


def test_an_edit_by_sql_survives_too() -> None:
    sync(SEA)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE geography_region SET name_de = 'Ozean' WHERE code = 'X-sea'")
    sync(("X-sea", "Sea", "See"))
    assert name("X-sea") == "Ozean"


def test_an_edit_keeps_one_field_and_no_other() -> None:
    sync(SEA)
    Region.objects.filter(code="X-sea").update(name_de="Ozean")
    sync(("X-sea", "The sea", "See"))
    assert (name("X-sea", "en"), name("X-sea")) == ("The sea", "Ozean")


def test_an_edit_that_upstream_comes_to_share_is_an_edit_no_longer() -> None:
    sync(SEA)
    Region.objects.filter(code="X-sea").update(name_de="Ozean")
    sync(("X-sea", "Sea", "Ozean"))
    sync(("X-sea", "Sea", "See"))
    assert name("X-sea") == "See"


def test_a_name_that_staff_emptied_stays_empty() -> None:
    sync(SEA)
    Region.objects.filter(code="X-sea").update(name_de=None)
    sync(("X-sea", "Sea", "See"))
    assert name("X-sea") is None


def test_an_empty_cell_over_nothing_is_no_edit() -> None:
    sync(("X-sea", "Sea", None))
    Region.objects.filter(code="X-sea").update(name_de="")
    assert sync(("X-sea", "Sea", "Meer")).tables[0].kept == []
    assert name("X-sea") == "Meer"


def test_rows_of_staff_are_never_touched() -> None:
    RegionFactory(code="X-sea", name_en="Ours")
    report = sync(LAND, SEA)
    assert name("X-sea", "en") == "Ours"
    assert [str(kept) for kept in report.tables[0].kept] == ["X-sea is yours"]
    assert sync(LAND).counts["regions"]["withdrawn"] == 0


def test_a_row_that_upstream_drops_is_withdrawn_and_comes_back() -> None:
    sync(LAND, SEA)
    report = sync(LAND)
    assert report.tables[0].withdrawn == ["X-sea"]
    assert Region.objects.get(code="X-sea").withdrawn_on == timezone.now().date()
    assert sync(LAND).counts["regions"] == {**sync(LAND).counts["regions"], "withdrawn": 0, "unchanged": 1}
    assert sync(LAND, SEA).tables[0].returned == ["X-sea"]
    assert Region.objects.get(code="X-sea").withdrawn_on is None


def test_a_row_that_staff_hid_stays_hidden() -> None:
    sync(LAND, SEA)
    hidden_on = datetime.date(2026, 1, 2)
    Region.objects.filter(code="X-sea").update(withdrawn_on=hidden_on)
    sync(LAND, ("X-sea", "Sea", "See"))
    assert Region.objects.get(code="X-sea").withdrawn_on == hidden_on


def test_edits_outlive_withdrawal_and_return() -> None:
    sync(LAND, SEA)
    Region.objects.filter(code="X-sea").update(name_de="Ozean")
    sync(LAND)
    sync(LAND, SEA)
    assert name("X-sea") == "Ozean"


def test_more_than_a_twentieth_is_not_withdrawn_without_force() -> None:
    rows = [(f"X-{number}", str(number), None) for number in range(40)]
    sync(*rows)
    run([Dataset(REGIONS, rows[2:])], holder="test")
    with pytest.raises(Refused, match="more than 5%"):
        run([Dataset(REGIONS, rows[5:])], holder="test")
    assert Region.objects.current().filter(code__startswith="X-").count() == 38


def test_an_empty_source_is_refused() -> None:
    with pytest.raises(Refused, match="no regions"):
        run([Dataset(REGIONS, [])], holder="test")


def test_a_key_that_stands_twice_is_rejected() -> None:
    report = sync(SEA, ("X-sea", "Other", None))
    [rejected] = report.tables[0].rejected
    assert str(rejected) == "X-sea: stands twice in the source; take out all but one"
    assert (rejected.field, rejected.value) == ("code", "'X-sea'")
    assert name("X-sea", "en") == "Sea"


COUNTRIES = Table(
    Country,
    (
        "code",
        "alpha3",
        "numeric",
        "name_en",
        "iso_name",
        "calling_code",
        "constant_number",
        "is_independent",
        "regions",
    ),
    many=("regions",),
    scope=Q(code__startswith="X") & ~Q(code="XK"),
)
XA = ("XA", "XAA", 901, "A", "A", "1", 9001, None, ["X-land"])


def test_updated_at_moves_only_with_the_content() -> None:
    sync(LAND, SEA)
    sync(XA, table=COUNTRIES)
    long_ago = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    Country.objects.filter(code="XA").update(updated_at=long_ago, created_at=long_ago, name_en="Ours")
    sync((*XA[:3], "B", *XA[4:]), table=COUNTRIES)
    country = Country.objects.get(code="XA")
    assert (country.updated_at, country.upstream["name_en"]) == (long_ago, "B")
    sync((*XA[:5], "2", *XA[6:]), table=COUNTRIES)
    country = Country.objects.get(code="XA")
    assert country.updated_at > long_ago
    assert country.created_at == long_ago


def test_a_table_without_triggers_of_its_own_is_dated_by_the_import() -> None:
    sync(LAND, SEA)
    long_ago = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    Region.objects.filter(code__startswith="X-").update(updated_at=long_ago)
    sync(LAND, ("X-sea", "Sea", "See"))
    moved = Region.objects.filter(code__startswith="X-").exclude(updated_at=long_ago)
    assert [region.code for region in moved] == ["X-sea"]


def test_members_follow_upstream_until_staff_change_them() -> None:
    sync(LAND, SEA)
    sync(XA, table=COUNTRIES)
    sync((*XA[:-1], ["X-land", "X-sea"]), table=COUNTRIES)
    country = Country.objects.get(code="XA")
    assert sorted(region.code for region in country.regions.all()) == ["X-land", "X-sea"]
    sync(XA, table=COUNTRIES)
    assert [region.code for region in country.regions.all()] == ["X-land"]
    country.regions.set(["X-sea"])
    sync((*XA[:-1], ["X-land", "X-sea"]), table=COUNTRIES)
    assert [region.code for region in country.regions.all()] == ["X-sea"]


def test_false_over_unknown_is_an_edit() -> None:
    sync(LAND)
    sync(XA, table=COUNTRIES)
    Country.objects.filter(code="XA").update(is_independent=False)
    sync((*XA[:7], True, XA[8]), table=COUNTRIES)
    assert Country.objects.get(code="XA").is_independent is False


def test_a_new_country_is_given_to_every_tenant_and_keeps_their_choice(tenant: Tenant) -> None:
    sync(LAND)
    sync(XA, table=COUNTRIES)
    tenant.tenant_countries.filter(country="XA").switch(active=False)
    sync(table=COUNTRIES)
    sync(XA, table=COUNTRIES)
    assert tenant.tenant_countries.get(country="XA").active is False


def test_a_row_may_refer_to_one_that_comes_with_it() -> None:
    CountryFactory(code="XB")
    table = Table(
        Subdivision, ("code", "country_id", "parent", "name_en"), references={"parent": "code"}, scope=Q(country="XB")
    )
    rows = [("XB-1", "XB", "XB-2", "One"), ("XB-2", "XB", None, "Two")]
    sync(*rows, table=table)
    assert Subdivision.objects.get(code="XB-1").parent.code == "XB-2"
    assert sync(*rows, table=table).counts["subdivisions"]["unchanged"] == 2


def test_a_write_since_the_comparison_is_compared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sync(LAND, SEA)
    stage, calls = engine.write.stage, itertools.count()

    def edit_and_stage(changes: engine.Changes) -> None:
        if next(calls) == 0:
            Region.objects.filter(code="X-sea").update(name_de="Ozean")
        stage(changes)

    monkeypatch.setattr(engine.write, "stage", edit_and_stage)
    report = sync(("X-land", "Land", "Erde"), ("X-sea", "Sea", "See"))
    assert (name("X-land"), name("X-sea")) == ("Erde", "Ozean")
    assert len(report.tables[0].kept) == 1


def test_an_import_that_always_comes_too_late_says_so_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sync(LAND, SEA)
    stage, calls = engine.write.stage, itertools.count()

    def edit_and_stage(changes: engine.Changes) -> None:
        Region.objects.filter(code="X-sea").update(name_de=f"Ozean {next(calls)}")
        stage(changes)

    monkeypatch.setattr(engine.write, "stage", edit_and_stage)
    runs = ImportRun.objects.count()
    with pytest.raises(Refused, match="Others keep writing"):
        sync(("X-land", "Land", "Erde"), SEA)
    assert next(calls) == engine.ATTEMPTS
    assert (name("X-land"), name("X-sea")) == ("Land", "Ozean 4")
    assert ImportRun.objects.count() == runs


@pytest.fixture
def another_import() -> Iterator[None]:
    """Another process holds the lock."""
    if connection.vendor == "sqlite":
        with exclusive("import_cities"):
            yield
        return
    other = connections.create_connection("default")
    other.settings_dict = connection.settings_dict
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        cursor.execute("SET application_name = 'import_cities, since 2026-11-26, process 1'")
        yield
    other.close()


def test_a_second_import_is_refused_at_once_and_told_who_holds_the_lock(another_import: None) -> None:
    with pytest.raises(ImportRunning, match=r"import_cities, since .*, process"):
        sync(LAND)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's lock is its own")
def test_a_database_in_a_folder_of_memory_is_locked_for_other_processes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "memory.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", file)
    with exclusive("import_books"):
        assert Path(f"{file}.import.lock").read_text().startswith("import_books, since")


def test_the_lock_is_free_again_after_an_import() -> None:
    sync(LAND)
    sync(LAND)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_others_wait_with_their_writes_while_an_import_writes() -> None:
    engine._keep_writers_out(engine._revision())
    other = connections.create_connection("default")
    other.settings_dict = connection.settings_dict
    with other.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            cursor.execute("SELECT FROM tenants_revision WHERE name = 'data' FOR UPDATE")
    other.close()
