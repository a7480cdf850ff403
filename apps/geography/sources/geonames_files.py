"""Read the files that GeoNames publishes: lines of cells between tabs, without quotes, plain or in a ZIP archive."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from apps.imports.progress import file_bar
from apps.imports.report import Rejection
from apps.imports.source import BadSource

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# What GeoNames packs beside the data.
BESIDE = frozenset({"readme.txt", "iso-languagecodes.txt"})
# The longest lines of GeoNames are those of ten thousand characters of alternate names.
LONGEST = 1 << 17
FEW, MAX_BAD, ENOUGH = 20, 0.05, 100_000
AGAIN = "download it again, or use --force to take what there is"


@dataclass
class Dump:
    """A file of GeoNames, read line by line and never unpacked to disk.

    columns: how many cells a line has. forced: whether to read on in a file that looks broken. rejected: the lines
    that could not be used; it grows as `rows` goes on.
    """

    path: Path
    columns: int
    forced: bool = False
    rejected: list[Rejection] = field(default_factory=list)

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
                    self._complain(number, line, len(cells))
        if not number:
            self._refuse(1, "the file is empty")
        if len(self.rejected) > max(FEW, MAX_BAD * number):
            self._refuse(number, f"{len(self.rejected):,} of {number:,} lines cannot be used")

    def reject(self, number: int, why: str) -> None:
        """Note that a line cannot be used."""
        self.rejected.append(Rejection(f"{self.path.name}:{number}", why))
        if len(self.rejected) == ENOUGH:
            self._refuse(number, f"{ENOUGH:,} lines cannot be used")

    def _complain(self, number: int, line: bytes, columns: int) -> None:
        if len(line) >= LONGEST:
            why = f"longer than {LONGEST:,} bytes"
        elif columns != self.columns:
            why = f"{columns} columns instead of {self.columns}"
        else:
            why = "holds a NUL"
        if number == 1:
            self._refuse(number, f"{why}: this is another file than the option asks for, or a broken one")
        if not line.endswith(b"\n") and len(line) < LONGEST:
            self._refuse(number, f"the file is cut off here ({why})")
        self.reject(number, why)

    def _refuse(self, number: int, what: str) -> None:
        if not self.forced:
            raise BadSource(f"{self.path}:{number}: {what}; {AGAIN}.")


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
        raise BadSource(f"{path}: {error.strerror or error}") from error
    except (BadZipFile, EOFError, zlib.error, RuntimeError, NotImplementedError) as error:
        # The last two: the archive is encrypted, or packed in a way that Python does not know.
        raise BadSource(f"{path} is no ZIP archive that can be read ({error}); download it again.") from error


def _member(archive: ZipFile, path: Path) -> ZipInfo:
    """Return the one text file of the archive that is data; of several, the one that is called as the archive is."""
    names = {info: Path(info.filename).name.lower() for info in archive.infolist()}
    texts = [info for info, name in names.items() if name.endswith(".txt") and name not in BESIDE]
    if len(texts) > 1:
        texts = [info for info in texts if names[info] == f"{path.stem.lower()}.txt"]
    if len(texts) != 1:
        raise BadSource(f"{path} does not hold the one text file that belongs there; download it again from GeoNames.")
    return texts[0]


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines; of one that is too long, its beginning."""
    while line := stream.readline(LONGEST):
        yield line
        while len(line) == LONGEST and not line.endswith(b"\n"):
            line = stream.readline(LONGEST)
