"""Read the files that GeoNames publishes: lines of cells between tabs, without quotes, plain or in a ZIP archive."""

import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from apps.imports.files.source import ENOUGH, BadSource, unreadable
from apps.imports.progress import file_bar
from apps.imports.report import Rejection
from apps.imports.rules import Problem, shown

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# What GeoNames packs beside the data, without the ending.
BESIDE = frozenset({"readme", "iso-languagecodes"})
# Where a Macintosh keeps what its files have beside their content, one "._JP.txt" for each "JP.txt".
RESOURCE_FORKS = "__macosx"
# The longest lines of GeoNames are those of ten thousand characters of alternate names.
LONGEST = 1 << 17
FEW, MAX_BAD = 20, 0.05
AGAIN = "download it again, or use --force to take what there is"
CORRECT = "correct the line, or download the file again"

LineKey = tuple[Any, ...]


def _no_key(cells: list[bytes]) -> LineKey | None:
    return None


@dataclass
class Dump:
    """A file of GeoNames, read line by line and never unpacked to disk.

    columns: how many cells a line has. forced: whether to read on in a file that looks broken. key: tells of which
    row a line is, as far as its cells go; None where nobody can know.
    rejected: what could not be used; unusable: of how many lines that is all, unread: the keys of their rows;
    is_complete: whether all of these are known. They grow as `rows` goes on.
    """

    path: Path
    columns: int
    forced: bool = False
    key: Callable[[list[bytes]], LineKey | None] = _no_key
    rejected: list[Rejection] = field(default_factory=list)
    unusable: int = 0
    unread: set[LineKey] = field(default_factory=set)
    is_complete: bool = True

    def rows(self) -> Iterator[tuple[int, list[bytes]]]:
        """Yield the number and the cells of each line.

        Raises BadSource, with the line, where the file is empty, cut off, or not made of such lines.
        """
        number = 0
        with opened(self.path) as (stream, size):
            for number, line in enumerate(file_bar(_lines(stream), self.path.name, size), 1):
                cells = line.rstrip(b"\r\n").split(b"\t")
                if len(cells) == self.columns and b"\0" not in line and len(line) < LONGEST:
                    yield number, cells
                elif cells != [b""]:
                    self._complain(number, line, cells)
        if not number:
            self._refuse(1, "the file is empty")
        if self.unusable > max(FEW, MAX_BAD * number):
            self._refuse(number, f"{self.unusable:,} of {number:,} lines cannot be used")

    def reject(self, number: int, problem: Problem | str, cells: list[bytes]) -> None:
        """Note that a line cannot be used, and whose row therefore stays as it is."""
        self.name(number, problem)
        self.unusable += 1
        key = self.key(cells)
        if key is None:
            self.is_complete = False
        else:
            self.unread.add(key)
        if self.unusable == ENOUGH:
            self._refuse(number, f"{ENOUGH:,} lines cannot be used")

    def name(self, number: int, problem: Problem | str) -> None:
        """Note what cannot be used of a line that is taken otherwise."""
        about = (problem.field, shown(problem.value)) if isinstance(problem, Problem) else ()
        self.rejected.append(Rejection(f"{self.path.name}:{number}", str(problem), *about))

    def _complain(self, number: int, line: bytes, cells: list[bytes]) -> None:
        if len(line) >= LONGEST:
            why = f"longer than {LONGEST:,} bytes"
        elif len(cells) != self.columns:
            why = f"{len(cells)} columns instead of {self.columns}"
        else:
            why = "holds a NUL"
        if number == 1:
            self._refuse(number, f"{why}: this is another file than the option asks for, or a broken one")
        if not line.endswith(b"\n") and len(line) < LONGEST:
            self._refuse(number, f"the file is cut off here ({why})")
        self.reject(number, f"{why}; {CORRECT}", cells)

    def _refuse(self, number: int, what: str) -> None:
        if not self.forced:
            said = "".join(f"\n{each}" for each in self.rejected[:FEW])
            raise BadSource(f"{self.path}:{number}: {what}; {AGAIN}.{said}")


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """Open the file, or the one member of the archive that is data, and tell its size; raises BadSource."""
    try:
        with path.open("rb") as file:
            is_archive = file.read(4) in ZIP
            file.seek(0)
            if not is_archive:
                yield file, path.stat().st_size
                return
            with ZipFile(file) as archive:
                member = _member(archive, path)
                with archive.open(member) as stream:
                    yield stream, member.file_size
    except OSError as error:
        raise unreadable(path, error, "name a file of GeoNames, as it is or in its ZIP archive") from error
    except (BadZipFile, EOFError, zlib.error, RuntimeError, NotImplementedError) as error:
        # The last two: the archive is encrypted, or packed in a way that Python does not know.
        raise BadSource(f"{path} is no ZIP archive that can be read ({error}); download it again.") from error


def _member(archive: ZipFile, path: Path) -> ZipInfo:
    """Return the one text file of the archive that is data; of several, the one that is called as the archive is."""
    # Some programs part the folders as Windows does.
    paths = {info: Path(info.filename.replace("\\", "/").lower()) for info in archive.infolist()}
    names = {info: name for info, name in paths.items() if _is_text(name)}
    texts = [info for info, name in names.items() if name.stem not in BESIDE]
    if len(texts) > 1:
        texts = [info for info in texts if names[info].stem == path.stem.lower()]
    if len(texts) != 1:
        raise BadSource(f"{path} does not hold the one text file that belongs there; download it again from GeoNames.")
    return texts[0]


def _is_text(name: Path) -> bool:
    """Return whether a member of an archive may be data: no folder, nothing hidden, no resource fork."""
    is_hidden = name.name.startswith(".") or RESOURCE_FORKS in name.parts
    return name.suffix == ".txt" and not is_hidden


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines, without the mark that Windows puts before the first; of one that is too long, its beginning."""
    mark = BOM_UTF8
    while line := stream.readline(LONGEST):
        if bare := line.removeprefix(mark):
            yield bare
        mark = b""
        while len(line) == LONGEST and not line.endswith(b"\n"):
            line = stream.readline(LONGEST)
