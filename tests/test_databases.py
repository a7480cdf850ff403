"""The databases that tests copy."""

import pytest
from django.db import connection

from tests.databases import FOLDER, databases, kept, with_data


@pytest.fixture
def source():
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "trial.txt"
    path.write_text("one")
    yield path
    path.unlink()
    for name in databases().names():
        if "_trial_" in name:
            databases().drop(name)


def test_a_database_is_made_once_and_again_when_a_source_changes(source):
    made = []

    def make(name: str) -> None:
        made.append(name)
        databases().create(name, with_data())

    first = kept("trial", ["var/tests/trial.txt"], make)
    assert kept("trial", ["var/tests/trial.txt"], make) == first
    assert len(made) == 1
    source.write_text("two")
    second = kept("trial", ["var/tests/trial.txt"], make)
    assert len(made) == 2
    assert second != first
    assert second in databases().names()
    assert first not in databases().names()


def test_a_file_beside_that_is_gone_is_made_again(source, tmp_path):
    beside = tmp_path / "credentials"

    def make(name: str) -> None:
        beside.write_text(name)
        databases().create(name, with_data())

    first = kept("trial", ["var/tests/trial.txt"], make, beside)
    beside.unlink()
    assert kept("trial", ["var/tests/trial.txt"], make, beside) == first
    assert beside.exists()


def test_tests_have_a_copy_of_their_own(db):
    name = str(connection.settings_dict["NAME"])
    assert "_tests_" in name
    assert with_data() not in name
