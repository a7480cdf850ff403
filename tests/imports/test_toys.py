"""The engine on tables of its own: a source of anything plugs in, and no country is in sight."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command

from apps.imports import run as engine
from apps.imports.command import ExportCommand, ImportCommand
from apps.imports.files import exchange
from apps.imports.giveback import edits, give_back
from apps.imports.models import ImportRun
from apps.imports.report import Kept, Rejection, Report
from apps.imports.run import ATTEMPTS, Interrupted, Refused, run
from apps.imports.tables import Dataset, Row
from apps.revisions import numbers
from tests.imports.toys import Library, library

pytestmark = pytest.mark.django_db

AUSTEN, ADAMS = ("austen", "Jane Austen"), ("adams", "Douglas Adams")
PRIDE = ("978-1", "austen", "Pride and Prejudice", None, 480, ["novel"])
GUIDE = ("978-2", "adams", "The Guide", "In five parts", 208, [])


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    with library(monkeypatch) as made:
        yield made


def sync(toys: Library, *books: Row, force: bool = True, **options: object) -> Report:
    datasets = [Dataset(toys.authors, [AUSTEN, ADAMS]), Dataset(toys.books, books)]
    return run(datasets, holder="import_books", force=force, **options)


def stored(toys: Library, isbn: str) -> tuple[object, ...]:
    columns = ("isbn", "author__code", "title", "subtitle", "pages", "genres")
    isbn, author, title, subtitle, *rest = toys.Book.objects.values_list(*columns).get(pk=isbn)
    return isbn, author, title, subtitle or None, *rest


def test_a_source_of_books_plugs_in(toys):
    report = sync(toys, PRIDE, GUIDE)
    assert [table.counts["added"] for table in report.tables] == [2, 2]
    assert (stored(toys, "978-1"), stored(toys, "978-2")) == (PRIDE, GUIDE)
    assert ImportRun.objects.latest("pk").command == "import_books"


def test_staffs_value_where_upstream_had_none_is_kept(toys):
    sync(toys, PRIDE)
    toys.Book.objects.filter(pk="978-1").update(subtitle="A novel")
    report = sync(toys, (*PRIDE[:3], "Of 1813", *PRIDE[4:]))
    assert stored(toys, "978-1")[3] == "A novel"
    assert report.tables[1].kept == [Kept("978-1", "subtitle", "A novel", "Of 1813")]


def test_staffs_edit_of_each_kind_of_column_is_kept_and_given_back(toys):
    sync(toys, PRIDE)
    adams = toys.Author.objects.get(code="adams")
    edited = {"author": adams, "title": "Pride", "subtitle": "A novel", "pages": 1, "genres": ["romance"]}
    toys.Book.objects.filter(pk="978-1").update(**edited)
    report = sync(toys, ("978-1", None, "Other", "Of 1813", 2, []))
    assert [kept.field for kept in report.tables[1].kept] == ["author", "title", "subtitle", "pages", "genres"]
    assert stored(toys, "978-1") == ("978-1", "adams", "Pride", "A novel", 1, ["romance"])
    assert give_back(toys.Book.objects.all()) == 1
    assert stored(toys, "978-1") == ("978-1", None, "Other", "Of 1813", 2, [])
    assert list(edits(toys.Book.objects.get())) == []


def test_staffs_edits_count_as_nothing_changed(toys):
    sync(toys, PRIDE, GUIDE)
    toys.Book.objects.update(pages=1)
    report = sync(toys, (*PRIDE[:4], 481, *PRIDE[5:]), (*GUIDE[:4], 209, *GUIDE[5:]))
    assert report.tables[1].counts == {
        **dict.fromkeys(("added", "changed", "withdrawn", "returned", "rejected"), 0),
        "kept": 2,
        "unchanged": 2,
    }


def test_rows_are_counted_once_however_many_fields_change(toys):
    sync(toys, PRIDE, GUIDE)
    report = sync(toys, (*PRIDE[:2], "Pride", None, 481, []), (*GUIDE[:4], 209, *GUIDE[5:]))
    assert report.tables[1].counts["changed"] == 2
    assert len(report.tables[1].changed) == 4


def test_a_column_that_is_younger_than_a_rows_record_is_upstreams(toys):
    sync(toys, PRIDE)
    record = toys.Book.objects.get().upstream
    del record["pages"]
    toys.Book.objects.update(upstream=record, pages=1)
    report = sync(toys, PRIDE)
    assert stored(toys, "978-1") == PRIDE
    assert report.tables[1].kept == []


@pytest.mark.parametrize("change", ["changed", "returned"])
def test_a_source_that_only_changes_or_brings_back_is_no_empty_one(toys, change):
    sync(toys, PRIDE)
    if change == "returned":
        sync(toys)
    book = PRIDE if change == "returned" else (*PRIDE[:4], 481, *PRIDE[5:])
    assert sync(toys, book, force=False).tables[1].counts[change] == 1


def test_others_who_write_at_every_attempt_are_told_of_and_nothing_is_written(toys, monkeypatch):
    """Whoever loses the race each time has written nothing, and must say so."""
    sync(toys, PRIDE)
    stage = engine.write.stage
    lost: list[int] = []

    def lose_and_stage(changes: engine.Changes) -> None:
        lost.append(len(lost))
        toys.Author.objects.filter(code="adams").update(name=f"Adams {len(lost)}")
        stage(changes)

    monkeypatch.setattr(engine.write, "stage", lose_and_stage)
    runs = ImportRun.objects.count()
    with pytest.raises(Refused, match="Others keep writing to the data"):
        sync(toys, (*PRIDE[:4], 481, *PRIDE[5:]))
    assert len(lost) == ATTEMPTS
    assert stored(toys, "978-1") == PRIDE
    assert ImportRun.objects.count() == runs


def test_what_a_report_said_happens_at_its_revision_alone(toys):
    former = sync(toys, PRIDE, dry_run=True).revision
    sync(toys, GUIDE)
    with pytest.raises(Refused, match="has changed since the report"):
        sync(toys, PRIDE, GUIDE, at_revision=former)
    assert not toys.Book.objects.filter(pk="978-1").exists()
    sync(toys, PRIDE, GUIDE, at_revision=sync(toys, PRIDE, GUIDE, dry_run=True).revision)
    assert stored(toys, "978-1") == PRIDE


def test_the_history_says_how_many_rows_became_what(toys):
    sync(toys, PRIDE, GUIDE)
    assert [said for _, said in LogEntry.objects.latest("pk").changes.values()] == ["2 added", "2 added"]


def test_who_stops_it_before_the_commit_is_told_that_nothing_was_written(toys, monkeypatch):
    def stop(entries: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine.audit, "record", stop)
    with pytest.raises(Interrupted, match="Nothing was written"):
        sync(toys, PRIDE)
    assert not toys.Book.objects.exists()


def test_who_wins_the_last_race_has_written(toys, monkeypatch):
    sync(toys, PRIDE)
    stage = engine.write.stage
    lost: list[int] = []

    def lose_and_stage(changes: engine.Changes) -> None:
        if len(lost) < ATTEMPTS - 1:
            lost.append(len(lost))
            toys.Author.objects.filter(code="adams").update(name=f"Adams {len(lost)}")
        stage(changes)

    monkeypatch.setattr(engine.write, "stage", lose_and_stage)
    report = sync(toys, (*PRIDE[:4], 481, *PRIDE[5:]))
    assert stored(toys, "978-1")[4] == 481
    assert report.tables[1].counts["changed"] == 1


def test_what_was_exported_comes_back(toys, tmp_path):
    sync(toys, PRIDE, GUIDE)
    path = tmp_path / "books.jsonl"
    path.write_text("\n".join(exchange.lines([toys.authors, toys.books])))
    toys.Book.objects.all().delete()
    toys.Author.objects.all().delete()
    run(exchange.datasets_in(path, [toys.authors, toys.books]), holder="import_books", force=True)
    assert (stored(toys, "978-1"), stored(toys, "978-2")) == (PRIDE, GUIDE)


def test_a_command_is_a_subclass(toys, tmp_path: Path):
    class ImportBooks(ImportCommand):
        tables = (toys.authors, toys.books)

        def datasets(self, options):
            return [Dataset(toys.authors, [AUSTEN]), Dataset(toys.books, [PRIDE])]

        def sources(self):
            return {"books": "1.0"}

    class ExportBooks(ExportCommand):
        tables = (toys.authors, toys.books)

    before = numbers.current("data")["data"]
    call_command(ImportBooks(), verbosity=0, dry_run=True, report=tmp_path / "report.json")
    assert numbers.current("data")["data"] == before
    call_command(ImportBooks(), verbosity=0, started_by="ann")
    record = ImportRun.objects.latest("pk")
    assert (record.sources, record.started_by) == ({"books": "1.0"}, "ann")
    call_command(ExportBooks(), tmp_path / "books.jsonl")
    call_command(ImportBooks(), verbosity=0, exported=tmp_path / "books.jsonl")
    (tmp_path / "books.jsonl").write_text("{}")
    with pytest.raises(CommandError, match="no table of this import; it takes authors, books"):
        call_command(ImportBooks(), verbosity=0, exported=tmp_path / "books.jsonl")


def test_a_row_that_stands_twice_does_not_hide_those_after_it(toys):
    rejected = [Rejection("books.csv:3", "has no title")]
    datasets = [Dataset(toys.authors, [AUSTEN, ADAMS]), Dataset(toys.books, [PRIDE, PRIDE, GUIDE], rejected)]
    report = run(datasets, holder="import_books")
    assert report.tables[1].added == ["978-1", "978-2"]
    assert list(map(str, report.tables[1].rejected)) == [
        "books.csv:3: has no title",
        "978-1: stands twice in the source; take out all but one",
    ]


def test_a_row_that_upstream_itself_withdrew_is_withdrawn_since_that_day(toys):
    sync(toys, (*PRIDE, "2020-01-02"))
    assert str(toys.Book.objects.get().withdrawn_on) == "2020-01-02"
    assert sync(toys, PRIDE).tables[1].returned == ["978-1"]
