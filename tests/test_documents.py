"""The documents: links that lead somewhere, commands that are there, tasks and shell lines that can be pasted."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import get_commands, load_command_class

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = {".venv", "var", "node_modules", ".git"}
DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for path in ROOT.rglob("*.md")
    if not any(part in OUTSIDE or part.startswith(".venv") for part in path.relative_to(ROOT).parts)
)
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]: *(\S+)", re.MULTILINE)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def prose(document: Path) -> str:
    return FENCE.sub("", (ROOT / document).read_text())


def shell_lines(document: Path) -> list[str]:
    """Return the lines of the fenced blocks of shell."""
    blocks = FENCE.findall((ROOT / document).read_text())
    return [line for language, block in blocks if language in {"sh", "bash", "console"} for line in block.splitlines()]


def links(document: Path) -> list[str]:
    text = CODE.sub("`code`", prose(document))
    return [inline or reference for inline, reference in LINK.findall(text)]


def anchors(document: Path) -> set[str]:
    """Return the anchors that the headings of a document get."""
    headings = re.findall(r"^#+ +(.+?) *$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_there_are_documents():
    assert {"README.md", "CHANGELOG.md", "apps/README.md", ".github/CONTRIBUTING.md"} <= set(map(str, DOCUMENTS))


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_leads_somewhere(document):
    for link in links(document):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            assert parts.scheme in {"https", "http", "mailto"}, link
            assert parts.scheme == "mailto" or "." in parts.netloc or parts.hostname in {"127.0.0.1", "localhost"}, link
            continue
        target = (ROOT / document.parent / parts.path).resolve() if parts.path else ROOT / document
        assert target.exists(), f"{link} of {document}"
        assert target.is_relative_to(ROOT), f"{link} of {document} leaves the repository"
        if parts.fragment and target.suffix == ".md":
            assert parts.fragment in anchors(target.relative_to(ROOT)), f"{link} of {document}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_nothing_is_left_of_a_merge(document):
    assert re.findall(r"^(?:<<<<<<<|=======|>>>>>>>)(?: .*)?$", (ROOT / document).read_text(), re.MULTILINE) == []


def test_a_link_that_leads_nowhere_would_be_found(tmp_path):
    text = "See [a](missing.md), ![b](<c d.png>) and\n[e]: other.md#part\n"
    assert [one or other for one, other in LINK.findall(text)] == ["missing.md", "other.md#part"]
    assert "where-it-runs" in anchors(Path("README.md"))


def commands(line: str) -> Iterator[list[str]]:
    """Yield the words of each management command in a piece of shell or of code."""
    for part in re.split(r"&&|\||;", line.replace("…", "")):
        words = shlex.split(part.partition("#")[0])
        for number, word in enumerate(words):
            if word.endswith(("manage.py", "bin/gazetteer")):
                yield words[number + 1 :]


def mentioned(document: Path) -> Iterator[list[str]]:
    for line in shell_lines(document):
        yield from commands(line)
    for code in CODE.findall(prose(document)):
        if re.match(r"(\S*/)?manage\.py ", code):
            yield from commands(code)
        elif code.split()[0] in get_commands() and "_" in code.split()[0] and "[" not in code:
            yield shlex.split(code.replace("…", ""))


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_command_is_there_with_its_options(document):
    for name, *arguments in filter(None, mentioned(document)):
        if name in {"version", "help"} or name.startswith("-") or name == "import_":
            continue
        assert name in get_commands(), f"{name} of {document}"
        app = get_commands()[name]
        command = app if not isinstance(app, str) else load_command_class(app, name)
        known = command.create_parser("manage.py", name)._option_string_actions
        for argument in arguments:
            if argument.startswith("--"):
                assert argument.partition("=")[0] in known, f"{name} {argument} of {document}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_line_of_shell_can_be_pasted(document):
    for line in shell_lines(document):
        checked = subprocess.run(["sh", "-n", "-c", line], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, f"{line!r} of {document}: {checked.stderr}"
        for path in re.findall(r"(?<![\w/.])(?:config|tests|apps|fixtures)/[\w./-]+", line):
            assert (ROOT / path).exists(), f"{path} in a line of {document}"


@pytest.mark.parametrize("heading", ["Run it", "Test it"])
def test_the_readme_has_one_command_for_each(heading):
    _, _, section = (ROOT / "README.md").read_text().partition(f"\n## {heading}\n")
    lines = FENCE.search(section.partition("\n## ")[0])[2].splitlines()

    assert len(lines) == 1
    # So that an unsupported Python is told which one is needed before pip fails in other words.
    assert lines[0].startswith("python3 manage.py version && python3 -m venv .venv && .venv/bin/pip install ")
    assert "--require-hashes" in lines[0]


def test_every_task_that_is_mentioned_is_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    tasks = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    said = {task for document in DOCUMENTS for task in re.findall(r"`make ([a-z]+)", (ROOT / document).read_text())}

    assert {"setup", "run", "test", "fast", "lint", "fix", "lock", "benchmark"} <= tasks
    assert said <= tasks
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[0] for line in listed.splitlines()} == tasks
