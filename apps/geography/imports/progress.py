"""Progress bars on stderr, with rate and time left; none where stderr is not a terminal."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def bar(rows: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """Pass the rows through, counting them on stderr."""
    yield from tqdm(rows, desc=label, total=total, unit=" rows", file=sys.stderr, disable=None, leave=True)
