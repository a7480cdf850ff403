"""Imports as background jobs: each step in a process of its own, which the back office starts.

A process, not a queue: there is no second service to run, it outlives the server worker that started it, and gives its
memory back. What it does stands in the job's row, which every server process reads.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

from django.core.management import get_commands, load_command_class
from django.db import OperationalError, connection
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext_noop

from apps import PROGRAM
from apps.back_office import processes
from apps.imports.command import ImportCommand
from apps.imports.files import folder
from apps.imports.files.folder import FILE
from apps.imports.files.source import BadSource
from apps.imports.lock import ImportRunning
from apps.imports.models import ImportJob
from apps.imports.models.jobs import NOWHERE
from apps.imports.offers import offered
from apps.imports.progress import Cancelled, Step, watched
from apps.imports.report import Report
from apps.imports.run import RECORDED, Refused, run

BEAT_SECONDS = 1
# Why, behind it, is a text of its own.
NOTHING_WRITTEN = gettext_noop("Nothing was written. {kind}")
State = ImportJob.State
# Somebody may have cancelled a comparison when it had passed its last row.
COMPARED = Case(When(state=State.CANCELLING, then=Value(State.CANCELLED)), default=Value(State.COMPARED))


def start(job: ImportJob) -> None:
    """Let a process do the job's next step once this transaction is committed."""
    processes.start("work_on_import", str(job.pk), "--traceback")


def work(job: ImportJob) -> None:
    """Do the job's next step and store how it ended; raises what nobody expected."""
    at = Step(is_cancelled=job.state == State.CANCELLING)
    with _heartbeat(job, at), watched(at):
        try:
            report = step(job)
        except Cancelled:
            _store(job, State.CANCELLED)
        except (BadSource, ImportRunning, Refused, OSError) as error:
            _store(job, State.FAILED, error=NOTHING_WRITTEN.format(kind=error))
        except BaseException:
            _store(job, State.FAILED, error=gettext_noop("A bug or a signal stopped it; the server's log says more."))
            raise
        else:
            state = Value(State.APPLIED) if job.state == State.APPLYING else COMPARED
            _store(job, state, report=report.as_json(RECORDED), revision=report.revision, sources=job.sources)


def step(job: ImportJob) -> Report:
    """Compare, or apply what the comparison has shown.

    Raises Refused when what was compared, the data or its sources, is no longer what it was, or no app offers it.
    """
    if job.what not in offered():
        raise Refused(f"There is no import {job.what!r} any more.")
    name, *arguments = job.what.split()
    command = cast(ImportCommand, load_command_class(get_commands()[name], name))
    given = [str(folder.path_of(job.file)) if argument == FILE else argument for argument in arguments]
    options = vars(command.create_parser(PROGRAM, name).parse_args(given))
    is_applied = job.state == State.APPLYING
    sources = command.versions(options)
    if is_applied and sources != job.sources:
        raise Refused(gettext_noop("The sources have changed since the report was made; make another one."))
    job.sources = sources
    command.check_ready()
    datasets = command.chosen_datasets(options)
    if command.versions(options) != sources:
        raise Refused(gettext_noop("The file was written to while it was read; make another report."))
    return run(
        datasets,
        holder=name,
        dry_run=not is_applied,
        force=job.force,
        started_by=job.started_by,
        sources=sources,
        at_revision=job.revision if is_applied else None,
        job=job,
    )


def _store(job: ImportJob, state: object, **fields: object) -> None:
    ImportJob.objects.filter(pk=job.pk).update(state=state, heard_at=timezone.now(), **NOWHERE, **fields)


@contextmanager
def _heartbeat(job: ImportJob, at: Step) -> Iterator[None]:
    """Show every second that the job's process is alive and how far it is, and look whether somebody cancels it."""
    done = threading.Event()
    row = ImportJob.objects.filter(pk=job.pk)

    def beat() -> None:
        while not done.wait(BEAT_SECONDS):
            # While the import writes, SQLite may be busy for longer than anyone waits.
            with suppress(OperationalError):
                row.update(progress=at.phase, table=at.table, done=at.done, total=at.total, heard_at=timezone.now())
                at.is_cancelled = row.filter(state=State.CANCELLING).exists()
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
