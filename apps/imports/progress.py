"""Progress bars on stderr for each step of an import; none where stderr is not a terminal, or all shall be quiet."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")

_is_quiet = ContextVar("is_quiet", default=False)


@contextmanager
def quiet(is_quiet: bool = True) -> Iterator[None]:
    """Show no bars inside."""
    token = _is_quiet.set(is_quiet)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def bar(rows: Iterable[T], label: str, total: int | None = None, unit: str = " rows") -> Iterator[T]:
    """Pass the rows through, counting them on stderr, with rate and time left."""
    yield from tqdm(rows, desc=label, total=total, unit=unit, file=sys.stderr, disable=_is_disabled(), leave=False)


def file_bar(lines: Iterable[bytes], label: str, size: int) -> Iterator[bytes]:
    """Pass the lines of a file of `size` bytes through, counting their bytes on stderr."""
    disable = _is_disabled()
    with tqdm(
        total=size, desc=label, unit="B", unit_scale=True, file=sys.stderr, disable=disable, leave=False
    ) as shown:
        for line in lines:
            yield line
            shown.update(len(line))


def _is_disabled() -> bool | None:
    """Return what tqdm is told; None: it looks whether stderr is a terminal."""
    return _is_quiet.get() or None
