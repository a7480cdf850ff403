"""Make tables agree with upstream: the one way by which every import writes.

A dataset plugs in by describing its table and yielding its rows as plain tuples:

    BOOKS = Table(
        Book,                                    # a model that is an ImportedRow
        columns=("isbn", "author", "title", "pages"),
        key=1,                                   # the first column identifies a row
        references={"author": "code"},           # rows hold the author's code; the database finds its id
    )

    def read(source) -> Iterator[tuple]:
        yield "9780141439518", "austen", "Pride and Prejudice", 480

    report = run([Dataset(BOOKS, read(source))], holder="import_books", dry_run=False)

Rows are typed as the columns are (int, float, str, bool, list); text that upstream lacks is None. Of several
datasets, those that others refer to come first; all are written in one transaction. A management command is
a subclass of `command.ImportCommand` with a `datasets` method.

What happens, in order: the import lock is taken; the data revision is read; each dataset is compared with its
table (`diff`); suspicious results are refused; the rows to write are staged; and one transaction checks that
the revision has not moved since, and moves the staged rows. If it has moved, the comparison starts again.
"""

import datetime
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from auditlog.models import LogEntry
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from apps.back_office.history import audit
from apps.back_office.history.audit import Action, Author
from apps.imports import write
from apps.imports.check import Referents
from apps.imports.diff import Changes, diff
from apps.imports.lock import exclusive
from apps.imports.models import ImportJob, ImportRun
from apps.imports.models.runs import WRITTEN
from apps.imports.offers import importing_apps
from apps.imports.progress import READING, WRITING, bar
from apps.imports.report import Report
from apps.imports.tables import Dataset
from apps.revisions.models import Revision
from apps.revisions.sqlite3.announced import long_write

ATTEMPTS = 5
MAX_WITHDRAWN = MAX_REJECTED = 0.05
# Rejections that a refusal names; so few are no sign of a broken source.
NAMED = 20
# Entries of each kind that the record of an import keeps; the first import adds every row there is.
RECORDED = 1000


class Refused(Exception):  # noqa: N818
    """The import would do something that looks like a mistake; `--force` does it all the same.

    report: what it would have done, where that is known.
    """

    exit_status = 41

    def __init__(self, message: str, report: Report | None = None) -> None:
        super().__init__(message)
        self.report = report


class NotReady(Refused):
    """What the rows belong to has to be imported first."""

    exit_status = 43


class Interrupted(KeyboardInterrupt):
    """Somebody has stopped the import; the message says whether anything is written."""


class _Moved(Exception):  # noqa: N818
    """Someone wrote to the data since the comparison."""


def run(
    datasets: Sequence[Dataset],
    *,
    holder: str,
    dry_run: bool = False,
    force: bool = False,
    today: datetime.date | None = None,
    started_by: str = "",
    sources: Mapping[str, str] | None = None,
    at_revision: int | None = None,
    job: ImportJob | None = None,
) -> Report:
    """Make the tables agree with the datasets and report what that took; a dry run only reports.

    An import that changes something, or has read other sources than the last one, leaves an ImportRun behind, with who
    started it and its sources' versions.
    at_revision: the revision of an earlier report, when just what that says is to happen. job: what staff started.
    Raises ImportRunning when another import is at work, Refused when the result looks like a mistake, or when the
    data is no longer at `at_revision`, Interrupted for Ctrl-C.
    """
    record = ImportRun(
        command=holder, started_by=started_by, started_at=timezone.now(), sources=dict(sources or {}), job=job
    )
    try:
        return _run(datasets, record, dry_run=dry_run, force=force, today=today, at_revision=at_revision)
    except KeyboardInterrupt as error:
        # The key may have been pressed while the transaction was being committed.
        is_written = record.pk is not None and ImportRun.objects.filter(pk=record.pk).exists()
        what = "All of it was written" if is_written else "Nothing was written"
        raise Interrupted(f"{holder} was interrupted. {what}.") from error


def _run(
    datasets: Sequence[Dataset],
    record: ImportRun,
    *,
    dry_run: bool,
    force: bool,
    today: datetime.date | None,
    at_revision: int | None,
) -> Report:
    started = time.monotonic()
    # The rows may come from a generator, and a second comparison needs them again.
    datasets = [replace(each, rows=list(bar(each.rows, READING, each.table.label))) for each in datasets]
    with exclusive(record.command, record.started_by):
        for attempt in range(ATTEMPTS):
            revision = _revision()
            if at_revision not in (None, revision):
                raise Refused(gettext_noop("The data has changed since the report was made; make another one."))
            changes = _compared(datasets, today or timezone.now().date(), force=force)
            report = Report(
                dry_run,
                [change.report for change in changes],
                revision=revision,
                tool=record.command,
                started_at=record.started_at,
                sources=record.sources,
                seconds=time.monotonic() - started,
            )
            if not force:
                _refuse_mistakes(datasets, changes, report)
            if dry_run:
                break
            record.counts, record.report = report.counts, report.as_json(RECORDED)
            try:
                _apply([change for change in changes if change.writes], revision, record)
                break
            except _Moved:
                if attempt + 1 == ATTEMPTS:
                    raise Refused(
                        gettext_noop("Others keep writing to the data; try again when they have finished.")
                    ) from None
    report.seconds = time.monotonic() - started
    return report


def _compared(datasets: Sequence[Dataset], today: datetime.date, *, force: bool) -> list[Changes]:
    """Return what the rows change; each dataset may refer to those before it."""
    referents = Referents()
    return [diff(dataset, today, referents, force=force) for dataset in datasets]


def _revision() -> int:
    number = Revision.objects.filter(name="data").values_list("number", flat=True).first()
    return number or 0


def _refuse_mistakes(datasets: Sequence[Dataset], changes: Sequence[Changes], whole: Report) -> None:
    """Raise Refused for an empty source, one that has lost more than 5 % of a table, or one that is mostly wrong."""
    said = _named("", [str(each) for table in whole.tables for each in table.rejected])
    for dataset, change in zip(datasets, changes, strict=True):
        report = change.report
        usable = len(report.added) + report.unchanged + report.changed_rows + len(report.returned) + len(report.kept)
        if not usable and dataset.is_complete and not (dataset.unread or report.rejected):
            raise Refused(f"The source has no {report.table}; with --force it is taken at its word.{said}", whole)
        if len(report.rejected) > max(NAMED, MAX_REJECTED * (usable + len(report.rejected))):
            raise Refused(
                f"Of the {report.table} of the source {len(report.rejected):,} cannot be used; with --force the others "
                f"are.{said}",
                whole,
            )
        if len(report.withdrawn) > MAX_WITHDRAWN * report.stored:
            raise Refused(
                f"{len(report.withdrawn)} of {report.stored} {report.table} would be withdrawn, more than "
                f"{MAX_WITHDRAWN:.0%}; with --force they are.{_named('withdrawn: ', report.withdrawn)}{said}",
                whole,
            )


def _named(word: str, rows: Sequence[str]) -> str:
    """Return a line for each of the first rows, and how many more there are."""
    lines = [f"\n{word}{row}" for row in rows[:NAMED]]
    if len(rows) > NAMED:
        lines.append(f"\n{len(rows) - NAMED:,} more, which --report names")
    return "".join(lines)


def _apply(changes: Sequence[Changes], revision: int, record: ImportRun) -> None:
    """Write the changes in one transaction; raises _Moved if the data is not what it was at `revision`."""
    if not changes:
        if record.sources and not _were_read(record):
            record.seconds = (timezone.now() - record.started_at).total_seconds()
            record.save()
        return
    for change in changes:
        write.stage(change)
    try:
        with long_write(), transaction.atomic():
            _keep_writers_out(revision)
            now = timezone.now()
            total = sum(len(change.writes) for change in changes)
            for change in bar(changes, WRITING, "", total, weight=lambda change: len(change.writes), unit=" tables"):
                write.move(change, now)
            for app in importing_apps():
                app.imported()
            record.seconds = (now - record.started_at).total_seconds()
            record.save()
            audit.record([_entry(record)])
    finally:
        for change in changes:
            write.clear(change.table)


def _were_read(record: ImportRun) -> bool:
    """Return whether the last import of the kind that is on record read the same sources."""
    former = ImportRun.objects.filter(command=record.command).values_list("sources", flat=True).first()
    return bool(former == record.sources)


def _entry(record: ImportRun) -> LogEntry:
    """Return what the history shows of an import: how many rows of each table became what; the record has the rest."""
    said = {
        table: ", ".join(f"{number:,} {kind}" for kind, number in counts.items() if number and kind in WRITTEN)
        for table, counts in record.counts.items()
    }
    changes = {table: (None, text) for table, text in said.items() if text}
    return audit.entry(Author.of_command(record.command, record.started_by), record, changes, action=Action.CREATE)


def _keep_writers_out(revision: int) -> None:
    """Keep other writers out until the transaction ends, and raise _Moved if one was there before us.

    Every write to the data moves the revision in its own transaction, so whoever holds its row writes alone.
    """
    if connection.vendor == "postgresql":
        Revision.objects.bulk_create([Revision(name="data")], ignore_conflicts=True)
        Revision.objects.select_for_update().get(name="data")
    if _revision() != revision:
        raise _Moved
