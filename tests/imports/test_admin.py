"""Imports in the back office: the record of those applied; compared first, applied when staff have read the report."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.geography.apps import GeographyConfig
from apps.geography.models import Country
from apps.geography.sources.pinned import versions
from apps.imports import jobs
from apps.imports.models import ImportJob, ImportRun
from apps.imports.models.jobs import SILENCE
from apps.imports.offers import offered
from apps.imports.run import Refused
from apps.revisions import numbers

pytestmark = pytest.mark.once

State = ImportJob.State
JOBS = reverse("admin:imports_importjob_changelist")
ADD = reverse("admin:imports_importjob_add")
RUNS = reverse("admin:imports_importrun_changelist")
POLAND = reverse("admin:geography_country_change", args=["PL"])


def page_of(row: Any, page: str = "change") -> str:
    return reverse(f"admin:imports_{row._meta.model_name}_{page}", args=[row.pk])


def do(job: ImportJob) -> dict[str, Any]:
    """Do the next step of the job here, without its process, and return the report."""
    report = jobs.step(job)
    job.revision = report.revision
    return report.as_json()


def compared(**fields: Any) -> ImportJob:
    """Return a job that waits to be applied."""
    return ImportJob.objects.create(what="import_countries", state=State.COMPARED, **fields)


@pytest.fixture
def staff(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def changed(db: None) -> None:
    """Let Poland be what upstream said before and now no longer says."""
    poland = Country.objects.get(pk="PL")
    Country.objects.filter(pk="PL").update(population=1, upstream={**poland.upstream, "population": 1})


def test_staff_start_a_comparison(staff):
    response = staff.post(ADD, {"what": "import_cities --cities 5000", "force": "on"})
    job = ImportJob.objects.get()
    assert response.headers["Location"] == page_of(job)
    assert (job.state, job.force, job.started_by) == (State.COMPARING, True, "admin")


@pytest.mark.parametrize("what", ["", "flush", "import_countries --report report.json"])
def test_nothing_else_is_started(what, staff):
    assert staff.post(ADD, {"what": what}).context["errors"]
    assert not ImportJob.objects.exists()


@pytest.mark.both
def test_a_comparison_writes_nothing_and_its_report_is_applied(changed, db):
    job = ImportJob.objects.create(what="import_countries", started_by="ann")
    report = do(job)
    found = report["tables"][1]["changed"]
    assert [(c["key"], c["field"], c["old"]) for c in found] == [("PL", "population", 1)]
    assert Country.objects.get(pk="PL").population == 1
    job.state = State.APPLYING
    do(job)
    assert Country.objects.get(pk="PL").population == found[0]["new"]
    assert ImportRun.objects.latest("pk").started_by == "ann"


def test_a_report_of_older_data_is_not_applied(changed, db):
    job = ImportJob.objects.create(what="import_countries")
    do(job)
    Country.objects.filter(pk="FR").update(population=2)
    job.state = State.APPLYING
    with pytest.raises(Refused, match="has changed since"):
        do(job)
    assert Country.objects.get(pk="PL").population == 1


def test_a_report_of_other_sources_is_not_applied(changed, db):
    job = ImportJob.objects.create(what="import_countries")
    do(job)
    job.state, job.sources = State.APPLYING, {**job.sources, "babel": "1.0"}
    with pytest.raises(Refused, match="sources have changed"):
        do(job)
    assert Country.objects.get(pk="PL").population == 1


@pytest.fixture
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sign of life, which is another connection's to write: the test's own holds the database."""
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 60)


@pytest.mark.usefixtures("_silent")
def test_how_a_step_ended_is_stored(changed, db):
    job = ImportJob.objects.create(what="import_countries", started_by="ann")
    call_command("work_on_import", job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, job.revision) == (State.COMPARED, "", numbers.current("data")["data"])
    assert ImportJob.objects.claim(job.pk)
    call_command("work_on_import", job.pk)
    job.refresh_from_db()
    assert (job.state, Country.objects.get(pk="PL").population == 1) == (State.APPLIED, False)


@pytest.mark.usefixtures("_silent")
def test_why_a_step_failed_is_stored(changed, db):
    job = ImportJob.objects.create(what="import_countries", state=State.APPLYING, revision=-1, sources=versions())
    jobs.work(job)
    job.refresh_from_db()
    assert (job.state, job.error) == (
        State.FAILED,
        "Nothing was written. The data has changed since the report was made; make another one.",
    )
    assert Country.objects.get(pk="PL").population == 1


@pytest.mark.usefixtures("_silent")
def test_a_bug_is_stored_and_raised(db, monkeypatch):
    monkeypatch.setattr(GeographyConfig, "offered_imports", {"import_nothing": "Nothing"})
    job = ImportJob.objects.create(what="import_nothing")
    with pytest.raises(KeyError):
        jobs.work(job)
    job.refresh_from_db()
    assert job.state == State.FAILED


@pytest.mark.usefixtures("_silent")
@pytest.mark.parametrize("what", ["flush", "import_countries --force", "import_cities --cities 1"])
def test_what_no_app_offers_is_not_run(what, staff):
    job = ImportJob.objects.create(what=what)
    jobs.work(job)
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, f"Nothing was written. There is no import {what!r} any more.")
    assert what in staff.get(page_of(job)).content.decode()


def test_staff_see_what_an_import_is_called(staff):
    compared()
    page = staff.get(JOBS).content.decode()
    assert "Countries, regions and their names" in page
    assert "import_countries" not in page
    assert '<option value="import_cities --cities 500">Cities of at least 500' in staff.get(ADD).content.decode()


def test_the_page_of_an_import_is_called_so_in_the_language_of_the_page(staff):
    page = staff.get(page_of(compared()), HTTP_ACCEPT_LANGUAGE="de").content.decode()
    # Title, breadcrumb and heading.
    assert page.count("Länder, Regionen und ihre Namen") >= 3
    assert "Countries, regions" not in page


@pytest.mark.parametrize("state", [State.COMPARED, State.APPLIED, State.FAILED])
def test_there_is_nothing_to_do_for_a_job_that_waits(state, db):
    job = ImportJob.objects.create(what="import_countries", state=state)
    with pytest.raises(CommandError, match="no import"):
        call_command("work_on_import", job.pk)


@pytest.mark.parametrize("what", list(offered())[:3])
def test_what_staff_may_choose_runs(what, db):
    assert do(ImportJob.objects.create(what=what))["dry_run"]


def test_the_report_is_read_in_the_page(staff, changed):
    job = ImportJob.objects.create(what="import_countries")
    report = do(job)
    report["tables"][0]["rejected"] = [{"where": "a.csv:3", "why": "<b>bad</b>"}]
    ImportJob.objects.filter(pk=job.pk).update(state=State.COMPARED, report=report, sources=job.sources)
    page = staff.get(page_of(job)).content.decode()
    assert f'<a href="{POLAND}">Poland</a> (PL)\n · population: <del>1</del> → <ins>' in page
    assert "a.csv:3: &lt;b&gt;bad&lt;/b&gt;" in page
    assert "Apply this report" in page
    assert "http-equiv" not in page


def test_the_page_of_a_running_job_asks_again(staff):
    job = ImportJob.objects.create(what="import_countries", progress="comparing", table="cities", done=12, total=1500)
    page = staff.get(page_of(job)).content.decode()
    assert page_of(job, "state") in page
    assert "Comparing: cities, 12 of 1,500 rows" in page
    assert page.count("data-running") == staff.get(page_of(job, "state")).content.decode().count("data-running") == 1
    assert "Apply this report" not in page


@pytest.mark.both
def test_a_job_is_applied_once(staff):
    job = compared()
    for _ in range(2):
        assert staff.post(page_of(job, "apply")).status_code == 302
    job.refresh_from_db()
    assert job.state == State.APPLYING
    assert "waits for nobody" in staff.get(page_of(job)).content.decode()


def test_a_job_is_not_applied_by_a_link(staff):
    assert staff.get(page_of(compared(), "apply")).status_code == 405


def test_a_job_whose_process_has_ended_is_seen_to_have_no_result(staff):
    now = timezone.now()
    lost = ImportJob.objects.create(what="import_countries", heard_at=now - SILENCE - timedelta(seconds=1))
    alive = ImportJob.objects.create(what="import_countries", heard_at=now)
    done = compared(heard_at=now - timedelta(days=1))
    assert "Its process has ended" in staff.get(page_of(lost)).content.decode()
    states = dict(ImportJob.objects.values_list("pk", "state"))
    assert states == {lost.pk: State.LOST, alive.pk: State.COMPARING, done.pk: State.COMPARED}


@pytest.mark.parametrize(("codename", "sees", "starts"), [("view_importjob", 200, 403), ("view_country", 403, 403)])
def test_staff_need_the_permission(codename, sees, starts, client, db):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(viewer)
    job = compared()
    page = client.get(page_of(job))
    assert page.status_code == sees
    assert "Apply this report" not in page.content.decode()
    assert client.post(ADD, {"what": "import_countries"}).status_code == starts
    assert client.post(page_of(job, "apply")).status_code == starts
    assert client.post(page_of(job, "cancel")).status_code == starts
    assert client.get(page_of(job, "state")).status_code == sees
    job.refresh_from_db()
    assert job.state == State.COMPARED


def test_staff_with_the_permission_start_and_apply(client, db):
    operator = User.objects.create_user("operator", is_staff=True)
    permissions = Permission.objects.filter(codename__in=["add_importjob", "view_importjob"])
    operator.user_permissions.set(permissions)
    client.force_login(operator)
    assert client.post(ADD, {"what": "import_countries"}).status_code == 302
    ImportJob.objects.all().delete()
    job = compared()
    assert client.post(page_of(job, "apply")).status_code == 302
    job.refresh_from_db()
    assert job.state == State.APPLYING


def test_the_record_of_an_import_is_read_and_never_written(staff):
    run = ImportRun.objects.order_by("pk").first()
    page = staff.get(page_of(run)).content.decode()
    assert "the command line" in page
    assert run.sources["babel"] in page
    assert run.sources["fixtures"] in page
    assert "Countries: added" in page
    assert staff.post(page_of(run), {"command": "x"}).status_code == 403
    assert staff.post(page_of(run, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.both
@pytest.mark.parametrize("url", [RUNS, JOBS])
def test_lists_load_in_a_handful_of_queries_and_without_reports(url, staff, django_assert_max_num_queries):
    compared()
    # Session, user, silent jobs, two counts, the rows, and what the filters offer.
    with django_assert_max_num_queries(9) as queries:
        assert staff.get(url).status_code == 200
    assert not any('"report"' in query["sql"] for query in queries.captured_queries)


def test_pages_of_imports_are_found_at_their_former_addresses(client):
    response = client.get("/admin/geography/importjob/add/?what=import_countries")
    assert (response.status_code, response["Location"]) == (302, "/admin/imports/importjob/add/?what=import_countries")
