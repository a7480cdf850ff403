"""What import and export commands say, write and refuse, whatever they import."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.geography.models import Country, Region, Subdivision
from apps.imports import progress, run, write
from apps.imports.command import _write
from apps.imports.models import ImportRun
from config import __version__
from tests.factories import RegionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def exported(tmp_path: Path, exported_countries: str) -> Path:
    """A file with every country, and a region more than is stored."""
    path = tmp_path / "countries.jsonl"
    path.write_text(exported_countries + '{"table": "regions", "code": "X-sea", "name_en": "Sea"}\n')
    return path


def refused(*arguments: Any, **options: Any) -> CommandError:
    with pytest.raises(CommandError) as raised:
        call_command(*arguments, **options)
    return raised.value


def test_a_report_says_tool_version_time_and_sources(exported: Path, tmp_path: Path) -> None:
    call_command("import_countries", exported=exported, report=tmp_path / "report.json", verbosity=0)
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["tool"], report["version"], report["refused"]) == ("import_countries", __version__, "")
    assert report["started_at"] == ImportRun.objects.first().started_at.isoformat(timespec="seconds")
    assert {"pycountry", "fixtures", "countries.jsonl"} <= set(report["sources"])
    assert report["sources"]["countries.jsonl"].startswith("sha256:")
    assert report["seconds"] > 0


def test_a_refused_import_names_its_rows_and_writes_its_report(exported: Path, tmp_path: Path) -> None:
    lines = exported.read_text().splitlines()
    exported.write_text("\n".join(line for line in lines if '"numeric": ' not in line or '"code": "PL"' in line))
    error = refused("import_countries", exported=exported, report=tmp_path / "report.json")
    assert error.returncode == 41
    assert "249 of 250 countries would be withdrawn" in str(error)
    assert "\nwithdrawn: AD\n" in str(error)
    assert "\n229 more, which --report names" in str(error)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["refused"] == str(error)
    (countries,) = [table for table in report["tables"] if table["table"] == "countries"]
    assert len(countries["withdrawn"]) == 249
    assert Country.objects.current().count() == 250


def test_a_source_that_is_missing_has_a_report_too(tmp_path: Path) -> None:
    error = refused("import_countries", exported=tmp_path / "nothing", report=tmp_path / "report.json")
    assert error.returncode == 40
    assert json.loads((tmp_path / "report.json").read_text())["refused"] == str(error)


def test_a_report_that_could_not_be_written_is_refused_before_anything_else_is(exported: Path, tmp_path: Path) -> None:
    error = refused("import_countries", exported=exported, report=tmp_path / "no" / "report.json")
    assert error.returncode == 30
    assert refused("import_countries", exported=exported, report=tmp_path).returncode == 30
    assert not Region.objects.filter(code="X-sea").exists()


def test_ctrl_c_says_that_nothing_was_written(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def press(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(write, "move", press)
    with pytest.raises(run.Interrupted, match=r"^import_countries was interrupted\. Nothing was written\.$"):
        call_command("import_countries", exported=exported)
    assert not Region.objects.filter(code="X-sea").exists()


def test_ctrl_c_after_the_commit_does_not_say_so(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def press(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(write, "clear", press)
    with pytest.raises(run.Interrupted, match="All of it was written"):
        call_command("import_countries", exported=exported)
    assert Region.objects.filter(code="X-sea").exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("import_subdivisions", "no countries yet.*Run first: manage.py import_countries.$"),
        ("import_cities", "Run first: manage.py import_countries, then manage.py import_subdivisions.$"),
    ],
)
def test_what_belongs_to_nothing_yet_is_refused(command: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for model in (Country, Subdivision):
        monkeypatch.setattr(type(model._default_manager), "exists", lambda self: False, raising=False)
    with pytest.raises(CommandError, match=said) as raised:
        call_command(command)
    assert raised.value.returncode == 43


def test_an_export_counts_and_replaces_nothing_unasked(tmp_path: Path) -> None:
    path, said = tmp_path / "file", StringIO()
    call_command("export_countries", path, stdout=said)
    assert said.getvalue().startswith("5 regions, 250 countries, ")
    error = refused("export_countries", path)
    assert error.returncode == 30
    assert "--force" in str(error)
    RegionFactory(code="X-sea")
    call_command("export_countries", path, force=True, stdout=said)
    assert "X-sea" in path.read_text()
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_folder_of_an_export_is_not_replaced_either(tmp_path: Path) -> None:
    said = StringIO()
    call_command("export_countries", tmp_path, csv=True, stdout=said)
    assert said.getvalue().startswith("5 regions, 250 countries, ")
    assert refused("export_countries", tmp_path, csv=True).returncode == 30
    call_command("export_countries", tmp_path, csv=True, force=True, verbosity=0)
    assert "folder" in str(refused("export_countries", "-", csv=True))


def test_an_export_that_is_broken_off_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_text("before")

    def broken(tables: object) -> Any:
        yield "first"
        raise KeyboardInterrupt

    monkeypatch.setattr("apps.imports.files.exchange.lines", broken)
    with pytest.raises(KeyboardInterrupt):
        call_command("export_countries", path, force=True)
    assert [each.read_text() for each in tmp_path.iterdir()] == ["before"]


def test_every_step_of_an_import_has_a_bar(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(progress, "tqdm", lambda rows, desc, **options: shown.append(desc) or rows)
    call_command("import_countries", exported=exported, verbosity=0)
    steps = dict.fromkeys(label.split()[0] for label in shown)
    assert list(steps) == ["reading", "comparing", "checking", "staging", "writing"]


def test_no_bar_is_shown_to_cron() -> None:
    assert progress._is_disabled() is None
    with progress.quiet():
        assert progress._is_disabled() is True


def test_of_two_exports_to_one_file_the_last_one_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"

    def lines() -> Iterator[str]:
        yield "first\n"
        monkeypatch.setattr("os.getpid", lambda: -1)
        _write(path, ["second\n"])
        assert path.read_text() == "second\n"

    assert _write(path, lines()) == 1
    assert path.read_text() == "first\n"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
