"""Whatever moment an import is killed at, readers find the old data or the new."""

import os
import random
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.databases import ROOT, database_for, with_data
from tests.imports.generations import ROWS

SEEN = "SELECT name_en, count(*) FROM geography_region WHERE code LIKE 'X-%' GROUP BY name_en"

Read = Callable[[], list[tuple[str, int]]]


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of a database of its own."""
    with database_for("kill", with_data()) as url:
        yield url


@pytest.fixture
def read(database: str) -> Iterator[Read]:
    """Read the generations that a reader sees, and how many rows each has."""
    if database.startswith("sqlite"):
        connection = sqlite3.connect(Path("/" + database.removeprefix("sqlite:///").lstrip("/")), timeout=10)
        yield lambda: connection.execute(SEEN).fetchall()
        connection.close()
    else:
        with psycopg.connect(database, autocommit=True) as reader:
            yield lambda: reader.execute(SEEN).fetchall()


def environment(url: str) -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": url}


def start(url: str, generation: str) -> "subprocess.Popen[bytes]":
    """Start an import and return when it has its rows."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.imports.generations", generation],
        cwd=ROOT,
        env=environment(url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def end(process: "subprocess.Popen[bytes]") -> bytes:
    """Wait for the process and return what it said on stderr."""
    return process.communicate(timeout=60)[1]


@pytest.mark.parametrize("rounds", [5, pytest.param(50, marks=pytest.mark.long)], ids=["short", "long"])
def test_a_killed_import_leaves_the_old_data_or_the_new(database: str, read: Read, rounds: int) -> None:
    assert end(start(database, "first")) == b""
    dice = random.Random(rounds)  # noqa: S311
    generations = {"first"}
    for number in range(rounds):
        generations.add(f"g{number}")
        process = start(database, f"g{number}")
        deadline = time.monotonic() + dice.uniform(0, 0.8)
        while time.monotonic() < deadline and process.poll() is None:
            seen = read()
            assert [count for _, count in seen] == [ROWS]
            assert seen[0][0] in generations
        process.kill()
        end(process)
        assert [count for _, count in read()] == [ROWS]
    assert end(start(database, "last")) == b""
    assert read() == [("last", ROWS)]


def test_the_second_of_two_imports_is_refused_and_told_of_the_first(database: str, read: Read) -> None:
    end(start(database, "first"))
    first, second = start(database, "one"), start(database, "two")
    complaints = [end(first), end(second)]
    assert read() in ([("one", ROWS)], [("two", ROWS)])
    refused = [complaint for complaint in complaints if complaint]
    assert len(refused) <= 1
    assert all(b"Another import is running: generation" in complaint for complaint in refused)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="The disk of PostgreSQL is its server's.")
def test_an_import_for_which_the_disk_has_no_room_leaves_the_old_data(database: str, read: Read) -> None:
    assert end(start(database, "first")) == b""
    process = start(database, "too much")
    # As if nothing more went onto the disk.
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, 4096))
    assert b"disk" in end(process)
    assert process.returncode != 0
    assert read() == [("first", ROWS)]
