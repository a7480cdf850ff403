"""What a newer release would change, and what is said when no registry answers; none is asked."""

import io
import json
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.geography.compile import updates
from apps.geography.sources.pinned import fixture
from apps.imports.files.source import BadSource

pytestmark = pytest.mark.once


def write(path: Path, *rows: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(row.replace(" ", "\t") for row in rows) + "\n", encoding="utf-8")


def test_rows_that_come_go_and_change_are_told_by_their_keys(tmp_path: Path) -> None:
    write(tmp_path / "old" / "facts.tsv", "code language name", "DE de Berlin", "DE fr Berlin", "FR fr Paris")
    write(tmp_path / "new" / "facts.tsv", "code language name", "DE de Berlin", "DE fr Berlim", "IT it Roma")
    write(tmp_path / "old" / "curated.tsv", "code", "DE")
    assert list(updates.differences(tmp_path / "old", tmp_path / "new")) == [
        "~ facts.tsv DE fr: name: 'Berlin' → 'Berlim'",
        "- facts.tsv FR fr: Paris",
        "+ facts.tsv IT it: Roma",
    ]


def test_a_file_that_is_no_longer_written_into_its_folder_is_gone(tmp_path: Path) -> None:
    write(tmp_path / "old" / "names" / "de.tsv", "code name", "A Eins")
    write(tmp_path / "old" / "names" / "fr.tsv", "code name", "A Un")
    write(tmp_path / "new" / "names" / "de.tsv", "code name", "A Eins")
    assert list(updates.differences(tmp_path / "old", tmp_path / "new")) == ["- names/fr.tsv A: Un"]


def test_a_folder_compared_with_itself_has_no_difference() -> None:
    assert list(updates.differences(fixture(""), fixture(""))) == []


def test_no_answer_is_an_error_of_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    command = (sys.executable, "-c", "import sys; sys.exit('no route to {}')")
    monkeypatch.setitem(updates.ASK, "npm", (command, updates.ASK["npm"][1]))
    with pytest.raises(CommandError, match=r"is there a network\? It said: no route to cldr"):
        call_command("data_update", check=True, package=["cldr"])


def test_a_missing_package_manager_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(updates.ASK, "npm", (("no-such-command", "{}"), updates.ASK["npm"][1]))
    with pytest.raises(BadSource, match="no-such-command is not installed"):
        updates.newest(updates.sources()[0])


def test_an_unpacked_source_is_compiled_and_compared_without_a_registry(tmp_path: Path) -> None:
    for number, domain in enumerate(domains()):
        page = {
            "Geography": {"Geographic coordinates": {"text": "10 00 N, 20 00 E"}},
            "Communications": {"Internet country code": {"text": domain}},
        }
        path = tmp_path / "factbook" / "world" / f"{number}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(page))
    before = fixture("factbook_countries.tsv").read_bytes()
    output = io.StringIO()
    call_command("data_update", check=True, factbook=tmp_path / "factbook", into=tmp_path / "out", stdout=output)
    assert "~ factbook_countries.tsv DE: latitude: '51' → '10'" in output.getvalue()
    assert "~ factbook_countries.tsv DE: demonym: 'German' → ''" in output.getvalue()
    assert fixture("factbook_countries.tsv").read_bytes() == before
    with pytest.raises(CommandError, match="is not empty"):
        call_command("data_update", check=True, factbook=tmp_path / "factbook", into=tmp_path / "out")


def domains() -> list[str]:
    lines = fixture("factbook_countries.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [f".{line[:2].lower()}" for line in lines]


def test_an_unknown_package_is_named() -> None:
    with pytest.raises(CommandError, match="No source is called nothing"):
        call_command("data_update", check=True, package=["nothing"])
