"""A source that is empty, cut off or of the wrong shape is refused in one sentence: file, line, what to do."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.geography.sources.cities import geonamescache
from apps.geography.sources.subdivisions import iso_table
from apps.imports.files.source import BadSource, read_tsv
from apps.revisions import numbers
from tests.serving import ROOT


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", r"facts\.tsv:1: the header must be: code name; correct it"),
        (b"# a comment\ncode\tnom\n", r"facts\.tsv:2: the header must be: code name"),
        (b"code\tname\n", r"facts\.tsv: no rows below the header; correct it"),
        (b"code\tname\nDE\tGermany\nFR", r"facts\.tsv:3: 1 columns instead of 2; correct it"),
        (b"code\tname\nDE\t\xff\n", r"facts\.tsv: no UTF-8 \(invalid start byte\); correct it"),
    ],
    ids=["empty", "header", "no rows", "cut off", "no UTF-8"],
)
def test_a_broken_file_of_facts_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "facts.tsv"
    path.write_bytes(content)
    with pytest.raises(BadSource, match=complaint):
        list(read_tsv(path, "code", "name"))


def test_a_missing_file_of_facts_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match=r"facts\.tsv: No such file or directory; correct it, or take"):
        list(read_tsv(tmp_path / "facts.tsv", "code"))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is cut off; install the package geonamescache again"),
        ("{}", "has no cities; install the package geonamescache again"),
        ('{"1": {"name": "A"}}', "city 1 has no geonameid, latitude, .*; install the package"),
        ('{"1": {"name": "A"', "is cut off; install the package"),
    ],
    ids=["empty", "no cities", "shape", "cut off"],
)
def test_a_broken_package_of_cities_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, complaint: str
) -> None:
    (tmp_path / "cities.json").write_text(content)
    monkeypatch.setattr(geonamescache, "path", lambda size: tmp_path / "cities.json")
    with pytest.raises(BadSource, match=complaint):
        list(geonamescache.cities(15000))


HEADER = b"country_code_alpha2,subdivision_code_iso3166-2,subdivision_name,language_code\n"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", r"table\.csv:1: no column for: code, name, language; give a table"),
        (HEADER, r"none of 0 lines has a name of a code of ISO 3166-2; give a table"),
        (HEADER + b"DE,DE-BY,Bayern,de\nDE,DE-BE,Ber", r"table\.csv:3: the file is cut off; give a table"),
        (HEADER + b'DE,DE-BY,"Bay', r"table\.csv: line 2: unexpected end of data; .*give a table"),
        (HEADER + b"XX,XX-1,Nowhere,xx\n", "none of 1 lines has a name of a code"),
        (HEADER + b"DE,DE-BY,\xff,de\n", r"table\.csv: line 2: .* is no UTF-8 \(invalid start byte\); .*give a table"),
    ],
    ids=["empty", "no rows", "cut off", "cut off in quotes", "other codes", "no UTF-8"],
)
def test_a_broken_table_of_iso_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(BadSource, match=complaint):
        iso_table.parse(path, {"DE-BY", "DE-BE"})


def test_a_bad_line_of_a_table_is_rejected_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(HEADER + b"DE,DE-BY\nDE,DE-ZZ,Nirgends,de\nDE,DE-BY,Bayern,de\n")
    table = iso_table.parse(path, {"DE-BY"})
    assert [row[0] for row in table.rows] == ["DE-BY"]
    assert list(map(str, table.rejected)) == [
        "table.csv:2: 2 cells are too few; correct the line",
        "table.csv:3: code cannot be 'DE-ZZ'; give a current code of ISO 3166-2",
    ]
    assert table.unread == {("DE-BY",), ("DE-ZZ",)}


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["import_countries", "import_subdivisions", "import_cities"])
def test_an_import_from_an_empty_fixture_changes_nothing(tmp_path: Path, settings: Any, command: str) -> None:
    before = numbers.current("data")
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="No such file or directory; correct it"):
        call_command(command, verbosity=0)
    assert numbers.current("data") == before


def test_a_refused_import_ends_with_a_status_of_its_own_and_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text('{"table"')
    ended = subprocess.run(
        [sys.executable, "manage.py", "import_countries", "--from", tmp_path / "file"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (40, "")
    assert "file:1: Expecting ':' delimiter" in ended.stderr
    assert ended.stderr.count("\n") == 1
