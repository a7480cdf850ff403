"""One version of the product and one of Python, wherever they are said."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.test import Client
from packaging.specifiers import SpecifierSet

from config import PYTHON, __version__
from tests.descriptions import loaded

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DESCRIPTIONS = sorted((ROOT / "apps" / "api_styles").glob("*/openapi.yaml"))
# Stands for a Python that this machine may not have.
ELSEWHERE = """
import runpy, sys
sys.version_info, sys.argv = (%s, 0), ["manage.py", %r]
runpy.run_path("manage.py", {}, "__main__")
"""


def manage(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("argument", ["version", "--version"])
def test_the_command_says_the_version(argument):
    python = ".".join(map(str, sys.version_info[:3]))
    assert manage("manage.py", argument).stdout == f"Gazetteer {__version__} on Python {python}\n"


def test_the_command_needs_no_package():
    assert manage("-S", "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); import manage").returncode == 0


@pytest.mark.parametrize("path", DESCRIPTIONS, ids=lambda path: path.parent.name)
def test_a_description_says_the_version(path):
    assert loaded(path.read_text())["info"]["version"] == __version__


def test_the_changelog_has_the_version_and_what_is_unreleased_on_top():
    headings = re.findall(r"^## \[([^]]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert __version__ in headings


def test_staff_see_the_version_and_strangers_do_not(admin_client):
    assert f"Gazetteer {__version__}" in admin_client.get("/admin/").content.decode()
    assert f"Gazetteer {__version__}" not in Client().get("/admin/login/").content.decode()


@pytest.mark.parametrize("argument", ["version", "quickstart"])
@pytest.mark.parametrize("python", ["3, 8", "3, 10"])
def test_an_unsupported_python_is_told_which_is_needed(python, argument):
    process = manage("-c", ELSEWHERE % (python, argument))

    needed = ".".join(map(str, PYTHON))
    assert process.returncode == 10
    assert process.stderr.startswith(f"Gazetteer {__version__} needs Python {needed} or newer; ")
    assert process.stderr.endswith(f"is Python {python.replace(', ', '.')}.0.\n")


@pytest.mark.parametrize("path", ["manage.py", "config/__init__.py"])
def test_an_unsupported_python_can_read_what_tells_it(path):
    ast.parse((ROOT / path).read_text(), feature_version=(3, 6))


def test_the_metadata_ask_for_the_same_python():
    oldest = ".".join(map(str, PYTHON))
    tried = [name.rpartition(" ")[2] for name in PROJECT["classifiers"] if " :: 3." in name]

    assert PROJECT["requires-python"] == f">={oldest}"
    assert tried[0] == oldest
    assert all(SpecifierSet(PROJECT["requires-python"]).contains(version) for version in tried)
    said = re.search(r"^\| Python \|.*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert all(version in said[0] for version in tried)
