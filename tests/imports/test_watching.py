"""Imports that staff watch, cancel, and start from files."""

import os
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.geography.models import Country
from apps.imports import jobs
from apps.imports.files import folder as allowed
from apps.imports.files.source import BadSource
from apps.imports.models import ImportJob, ImportRun
from apps.imports.models.jobs import SILENCE
from apps.imports.progress import Step, bar, watched

State = ImportJob.State
ADD = reverse("admin:imports_importjob_add")
FROM_FILE = "import_countries --from FILE"


def page_of(job: ImportJob, page: str = "change") -> str:
    return reverse(f"admin:imports_importjob_{page}", args=[job.pk])


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sign of life, which is another connection's to write: the test's own holds the database."""
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 60)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.IMPORT_FOLDER = str(tmp_path / "files")
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


@pytest.fixture
def exported(folder: Path, db: None, exported_countries: str) -> Path:
    """Countries as exported, of which Monaco has become "Monte Carlo" and Malta is missing."""
    path = folder / "countries.jsonl"
    lines = exported_countries.splitlines(keepends=True)
    kept = (line for line in lines if '"code": "MT"' not in line and '"country_id": "MT"' not in line)
    path.write_text("".join(kept).replace('"name_en": "Monaco"', '"name_en": "Monte Carlo"'))
    return path


def errors(response: Any) -> str:
    return str(response.context["errors"])


def upload(content: bytes, name: str) -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def test_a_step_says_how_many_rows_are_done() -> None:
    seen, step = [], Step()
    with watched(step):
        for row in bar([3, 4], "writing", "books", 7, weight=lambda row: row):
            seen.append((row, step.done, step.total, step.table))
    assert seen == [(3, 0, 7, "books"), (4, 3, 7, "books")]
    assert step.done == 7


def test_every_phase_of_an_import_counts_rows(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, int] = {}
    passed = Step.go_on

    def noted(step: Step, *rows: Any) -> Iterator[Any]:
        phase = step.phase
        yield from passed(step, *rows)
        seen[phase] = seen.get(phase, 0) + step.done

    monkeypatch.setattr(Step, "go_on", noted)
    jobs.work(ImportJob.objects.create(what=FROM_FILE, file=exported.name, force=True))
    job = ImportJob.objects.get()
    assert (job.state, job.progress, job.done) == (State.COMPARED, "", 0)
    assert ImportJob.objects.claim(job.pk)
    jobs.work(ImportJob.objects.get())
    assert [phase for phase, rows in seen.items() if rows] == ["reading", "comparing", "staging", "writing"]
    assert ImportRun.objects.get(job=job).command == "import_countries"


def test_what_is_shown_is_applied_and_withdrawn_rows_and_kept_edits_are_named(staff: Client, exported: Path) -> None:
    Country.objects.filter(pk="MC").update(name_en="Monaco!", name="Monaco!")
    assert staff.post(ADD, {"what": FROM_FILE, "chosen": exported.name}).status_code == 302
    job = ImportJob.objects.get()
    jobs.work(job)
    page = staff.get(page_of(job)).content.decode()
    assert f'<a href="{reverse("admin:geography_country_change", args=["MT"])}">Malta</a> (MT)' in page
    assert '<ins>Monaco!</ins></td><td dir="auto">Monte Carlo</td>' in page
    assert Country.objects.get(pk="MT").withdrawn_on is None
    assert staff.post(page_of(job, "apply")).status_code == 302
    jobs.work(ImportJob.objects.get())
    assert Country.objects.get(pk="MT").withdrawn_on is not None
    assert ImportJob.objects.get().state == State.APPLIED
    assert "What was written" in staff.get(page_of(job)).content.decode()


def test_a_file_that_has_changed_since_it_was_shown_is_not_applied(exported: Path) -> None:
    jobs.work(ImportJob.objects.create(what=FROM_FILE, file=exported.name))
    exported.write_text(exported.read_text().replace("Monte Carlo", "Other"))
    assert ImportJob.objects.claim(ImportJob.objects.get().pk)
    jobs.work(ImportJob.objects.get())
    job = ImportJob.objects.get()
    assert (job.state, "sources have changed" in job.error) == (State.FAILED, True)


def test_a_cancelled_import_writes_nothing(staff: Client, exported: Path) -> None:
    job = ImportJob.objects.create(what=FROM_FILE, file=exported.name, state=State.APPLYING)
    assert staff.post(page_of(job, "cancel")).status_code == 302
    job.refresh_from_db()
    assert job.state == State.CANCELLING
    jobs.work(job)
    assert "Cancelled; nothing was written." in staff.get(page_of(job)).content.decode()
    assert Country.objects.get(pk="MT").withdrawn_on is None
    staff.post(page_of(job, "cancel"))
    assert "has ended already" in staff.get(page_of(job)).content.decode()


def test_what_waits_to_be_applied_is_cancelled_at_once(staff: Client) -> None:
    job = ImportJob.objects.create(what="import_countries", state=State.COMPARED)
    staff.post(page_of(job, "cancel"))
    assert not ImportJob.objects.claim(job.pk)


def test_a_comparison_cancelled_at_its_end_is_cancelled(exported: Path) -> None:
    job = ImportJob.objects.create(what=FROM_FILE, file=exported.name, force=True)
    ImportJob.objects.cancel(job.pk)
    jobs.work(job)
    assert ImportJob.objects.get().state == State.CANCELLED


def test_a_second_import_is_refused_and_told_of_the_first(staff: Client) -> None:
    job = ImportJob.objects.create(what="import_countries", started_by="ann")
    response = staff.post(ADD, {"what": "import_subdivisions"})
    assert ", by ann. " in errors(response)
    assert page_of(job) in errors(response)
    waiting = ImportJob.objects.create(what="import_subdivisions", state=State.COMPARED)
    staff.post(page_of(waiting, "apply"))
    assert ", by ann. " in staff.get(page_of(waiting)).content.decode()
    waiting.refresh_from_db()
    assert waiting.state == State.COMPARED


def test_a_killed_process_leaves_a_job_that_says_whether_it_has_written(staff: Client) -> None:
    long_ago = timezone.now() - SILENCE - timedelta(seconds=1)
    lost, written = (
        ImportJob.objects.create(what="import_countries", state=State.APPLYING, heard_at=long_ago) for _ in range(2)
    )
    ImportRun.objects.create(command="import_countries", started_at=long_ago, seconds=1, job=written)
    page = staff.get(page_of(lost)).content.decode()
    assert "Ended without a result." in page
    assert "before the job was done. Nothing was written." in page
    assert ImportJob.objects.get(pk=written.pk).state == State.APPLIED


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"what": FROM_FILE}, "Upload a file or choose one"),
        ({"what": FROM_FILE, "chosen": "../secret.jsonl"}, "not one of the available choices"),
        ({"what": FROM_FILE, "chosen": "link.jsonl"}, "not one of the available choices"),
        ({"what": FROM_FILE, "chosen": ".hidden.jsonl"}, "not one of the available choices"),
        ({"what": "import_countries", "chosen": "file.jsonl"}, "takes no file"),
        ({"what": FROM_FILE, "upload": ("x.exe", b"x")}, "must end in one of"),
        ({"what": FROM_FILE, "upload": ("x.txt", b"x"), "chosen": "file.jsonl"}, "and not both"),
        ({"what": FROM_FILE, "upload": ("x.txt", b"x" * ((10 << 20) + 1))}, "A file may have 10 MB"),
    ],
)
def test_no_other_file_is_imported(sent: dict[str, Any], said: str, staff: Client, folder: Path) -> None:
    for name in ("file.jsonl", ".hidden.jsonl", "../secret.jsonl"):
        (folder / name).write_text("{}")
    (folder / "link.jsonl").symlink_to(folder.parent / "secret.jsonl")
    if "upload" in sent:
        name, content = sent["upload"]
        sent = {**sent, "upload": upload(content, name)}
    assert said in errors(staff.post(ADD, sent))
    assert not ImportJob.objects.exists()
    assert not (folder / allowed.UPLOADED).exists()


@pytest.mark.parametrize("name", ["../secret.jsonl", "uploaded/../../secret.jsonl", "/etc/passwd", "linked/file.jsonl"])
def test_no_name_leads_out_of_the_folder(name: str, folder: Path) -> None:
    (folder.parent / "secret.jsonl").write_text("{}")
    (folder / allowed.UPLOADED).symlink_to(folder.parent)
    with pytest.raises(BadSource, match="no file"):
        allowed.path_of(name)
    assert allowed.available() == {}


def test_an_upload_is_compared_and_goes_after_a_week(staff: Client, exported: Path, folder: Path) -> None:
    old = folder / allowed.UPLOADED / "old.zip"
    old.parent.mkdir()
    old.write_bytes(b"PK")
    os.utime(old, (0, 0))
    sent = {"what": FROM_FILE, "upload": upload(exported.read_bytes(), "../../my countries.jsonl"), "force": "on"}
    assert staff.post(ADD, sent).status_code == 302
    job = ImportJob.objects.get()
    jobs.work(job)
    job.refresh_from_db()
    assert (job.state, job.error) == (State.COMPARED, "")
    assert [path.name for path in old.parent.iterdir()] == [Path(job.file).name]
    assert job.file.endswith("-my_countries.jsonl")


def test_an_upload_with_a_name_that_no_disk_takes_is_kept_under_its_end(staff: Client, folder: Path) -> None:
    sent = {"what": FROM_FILE, "upload": upload(b"{}", f"{'国' * 120}名.jsonl")}
    assert staff.post(ADD, sent).status_code == 302
    assert ImportJob.objects.get().file.endswith("国名.jsonl")


def test_a_file_of_something_else_fails_by_line(staff: Client, folder: Path) -> None:
    (folder / "JP.txt").write_text("no GeoNames\n")
    job = ImportJob.objects.create(what="import_cities --geonames FILE", file="JP.txt")
    jobs.work(job)
    job.refresh_from_db()
    assert (job.state, "JP.txt:1: 1 columns instead of 19" in job.error) == (State.FAILED, True)
