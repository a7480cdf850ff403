"""Progress bars on stderr, with rate and time left; none where stderr is not a terminal."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def bar(rows: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """Pass the rows through, counting them on stderr."""
    yield from tqdm(rows, desc=label, total=total, unit=" rows", file=sys.stderr, disable=None, leave=True)


def file_bar(lines: Iterable[bytes], label: str, size: int) -> Iterator[bytes]:
    """Pass the lines of a file of `size` bytes through, counting their bytes on stderr."""
    with tqdm(total=size, desc=label, unit="B", unit_scale=True, file=sys.stderr, disable=None, leave=True) as shown:
        for line in lines:
            yield line
            shown.update(len(line))
