"""How far an import is: bars on stderr where that is a terminal, and a `Step` for who watches from another thread."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext_noop
from tqdm import tqdm

T = TypeVar("T")

READING, COMPARING, CHECKING = gettext_noop("reading"), gettext_noop("comparing"), gettext_noop("checking new")
STAGING, WRITING, FOLDING = gettext_noop("staging"), gettext_noop("writing"), gettext_noop("making names searchable")


class Cancelled(Exception):  # noqa: N818
    """Somebody has cancelled the import, which has written nothing."""


@dataclass
class Step:
    """What an import is at: so many rows of a table are done, of all that there are, where that is known.

    is_cancelled: set by who watches; the import ends before its next row.
    """

    phase: str = ""
    table: str = ""
    done: int = 0
    total: int | None = None
    is_cancelled: bool = False

    def go_on(self, rows: Iterable[T], weight: Callable[[T], int] | None) -> Iterator[T]:
        """Pass the rows through and count them; raises Cancelled."""
        done = 0
        for row in rows:
            if self.is_cancelled:
                raise Cancelled
            yield row
            # Rows of one step may come out of another, which counts its own.
            done += weight(row) if weight else 1
            self.done = done


_is_quiet = ContextVar("is_quiet", default=False)
_watched: ContextVar[Step | None] = ContextVar("watched", default=None)


@contextmanager
def quiet(is_quiet: bool = True) -> Iterator[None]:
    """Show no bars inside."""
    token = _is_quiet.set(is_quiet)
    try:
        yield
    finally:
        _is_quiet.reset(token)


@contextmanager
def watched(step: Step) -> Iterator[None]:
    """Keep in `step` what is at work inside."""
    token = _watched.set(step)
    try:
        yield
    finally:
        _watched.reset(token)


def bar(
    rows: Iterable[T],
    phase: str,
    table: str = "",
    total: int | None = None,
    *,
    weight: Callable[[T], int] | None = None,
    unit: str = " rows",
) -> Iterator[T]:
    """Pass the rows through, counting them on stderr, with rate and time left.

    weight: for how many rows of the `total` each counts that is passed through; the bar on stderr counts these.
    """
    shown: Any = tqdm(
        rows,
        desc=f"{phase} {table}".strip(),
        total=None if weight else total,
        unit=unit,
        file=sys.stderr,
        disable=_is_disabled(),
        leave=False,
    )
    if step := _watched.get():
        step.phase, step.table, step.done, step.total = phase, table, 0, total
        shown = step.go_on(shown, weight)
    yield from shown


def file_bar(lines: Iterable[bytes], label: str, size: int) -> Iterator[bytes]:
    """Pass the lines of a file of `size` bytes through, counting their bytes on stderr."""
    if step := _watched.get():
        step.phase, step.table, step.done, step.total = READING, label, 0, None
        lines = step.go_on(lines, None)
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
