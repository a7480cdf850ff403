"""A remedy names a command as whoever reads it can run it: by the file of a checkout, by the script of a wheel."""

import ast
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from apps import PROGRAM
from apps.operations.failures import Status
from apps.revisions.triggers import MARK
from tests.serving import ROOT

pytestmark = pytest.mark.once

NAMED = "manage.py "
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def literals(source: str) -> Iterator[str]:
    """Yield each literal that is no docstring."""
    tree = ast.parse(source)
    documented = (node for node in ast.walk(tree) if isinstance(node, DOCUMENTED))
    docstrings = {ast.get_docstring(node, clean=False) for node in documented}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings:
            yield node.value


@pytest.mark.parametrize("folder", ["apps", "config"])
def test_no_text_names_the_file_by_itself(folder):
    code = (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
    said = {text for path in code for text in literals(path.read_text()) if NAMED in text}
    # Not for people, and the same wherever it is made: triggers are compared by their text.
    assert said == ({MARK} if folder == "apps" else set())
    shown = [path for kind in ("html", "txt", "js", "po") for path in (ROOT / folder).rglob(f"*.{kind}")]
    assert [path for path in shown if NAMED in path.read_text()] == []


def test_a_text_that_did_would_be_found():
    assert [text for text in literals('"""manage.py a"""\nx = f"Run manage.py {y}."') if NAMED in text]
    assert not [text for text in literals('"""manage.py a"""\nx = f"Run {PROGRAM} {y}."') if NAMED in text]


def test_a_checkout_names_its_file():
    assert PROGRAM == "manage.py"


@pytest.fixture(scope="module")
def script(tmp_path_factory) -> Path:
    """Return the script that a wheel of what is here brings, beside what it has; the packages stay where they are."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    scripts = ConfigParser()
    scripts.read(folder.glob("site/*.dist-info/entry_points.txt"))
    module, _, function = scripts["console_scripts"]["gazetteer"].partition(":")
    path = folder / "gazetteer"
    # As pip writes it.
    path.write_text(f"#!{sys.executable}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        (("issue_api_key", "acme"), Status.NOT_MIGRATED, "Run: gazetteer migrate."),
        (("doctor",), 50, "Run gazetteer migrate."),
        (("backup", "file"), Status.NOT_MIGRATED, "or run gazetteer migrate."),
        (("help", "migrate"), 0, "usage: gazetteer migrate "),
        (("no_such_command",), 1, "Type 'gazetteer help' for usage."),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_an_installed_wheel_names_its_script(script, command, status, said, tmp_path):
    # Beside it there is a file of SQLite that holds nothing.
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "gazetteer.sqlite3").touch()
    unset = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"PYTHONPATH": str(script.parent / "site")}

    process = subprocess.run(
        [script, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    printed = process.stdout + process.stderr
    assert (process.returncode, NAMED in printed) == (status, False), printed
    assert said in printed
